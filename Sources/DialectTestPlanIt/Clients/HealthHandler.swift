import Engine
import HTTPTypes
import Model
import Wire

/// `GET /api/health` for monitors.
enum HealthHandler {
    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let start = ContinuousClock.now
        var database: JSON = ["status": "healthy"]
        var isHealthy = true
        do throws(DomainError) {
            _ = try await engine.read(as: .system) { work throws(DomainError) in try work.count("Role") }
        } catch {
            isHealthy = false
            database = ["status": "unhealthy", "message": "the database does not answer"]
        }
        let parts = (ContinuousClock.now - start).components
        if var object = database.object {
            object["responseTime"] = .integer(parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000)
            database = .object(object)
        }
        var storage: JSON = ["status": "healthy"]
        do throws(DomainError) {
            _ = try engine.incomingFolder()
        } catch {
            isHealthy = false
            storage = ["status": "unhealthy", "message": "the folder of the files cannot be written"]
        }
        let builtIn: JSON = ["status": "healthy", "message": "built in"]
        let body: JSON = [
            "status": isHealthy ? "healthy" : "unhealthy", "version": .string(Product.version),
            "checks": ["database": database, "redis": builtIn, "elasticsearch": builtIn, "storage": storage],
            "timestamp": .string(Timestamp.text(engine.world.now())),
        ]
        var reply = Reply.json(body, status: isHealthy ? .ok : .serviceUnavailable)
        reply.headers[.accessControlAllowOrigin] = "*"
        return reply
    }
}

/// What clients learn about the product.
enum Product {
    static let version = "0.1.0"
}
