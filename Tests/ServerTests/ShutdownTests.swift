import Foundation
import Model
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

@testable import Server

@Suite(.serialized) struct ShutdownTests {
    private static let get = "GET /api/small HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test func `a running request ends with its answer and the word that the connection closes`() async throws {
        var limits = ServerKit.patient
        limits.drainLimit = .minutes(10)
        try await ServerKit.run(limits) { kit in
            let client = try await kit.connect()
            try await client.send("GET /api/wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await ServerKit.until { await kit.latch.arrived > 0 })
            await kit.group.triggerGracefulShutdown()
            while !kit.lifecycle.isDraining { await Task.yield() }
            await kit.latch.open()
            let answer = await client.readToEnd()
            #expect(answer.statuses == [200])
            #expect(answer.header("Connection") == "close")
            #expect(answer.ending == .closed)
        }
    }

    @Test func `an unfinished body does not hold the server`() async throws {
        try await ServerKit.run { kit in
            let client = try await kit.connect()
            try await client.send("POST /api/count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nabc")
            let idle = try await kit.connect()
            try await idle.send(Self.get)
            #expect(await idle.readToEnd(orUntil: "}").statuses == [200])
            await kit.group.triggerGracefulShutdown()
            // Without the cut after the drain limit both would wait for ten minutes, the clients give up after two.
            #expect(await idle.readToEnd().ending == .closed)
            #expect(await client.readToEnd().ending != .timeout)
        }
    }

    @Test func `a request that never ends does not hold the server`() async throws {
        var limits = ServerKit.patient
        limits.drainLimit = .milliseconds(200)
        limits.lastResort = .milliseconds(300)
        try await ServerKit.run(limits) { kit in
            let client = try await kit.connect()
            try await client.send("GET /api/wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await ServerKit.until { await kit.latch.arrived > 0 })
            await kit.group.triggerGracefulShutdown()
            // The handler heeds neither the cut nor the cancellation; the kit opens the latch only after this.
            guard case .abandoned = await kit.ending.outcome() else {
                Issue.record("the services ended although a request runs")
                return
            }
        }
    }

    @Test func `whoever waits for the services is told how they ended`() async throws {
        let ending = Ending()
        ending.reach(.abandoned)
        ending.reach(.ended)
        guard case .abandoned = await ending.outcome() else {
            Issue.record("the first word counts")
            return
        }
    }

    @Test func `while it drains the server is alive but not ready`() async throws {
        try await ServerKit.run { kit in
            kit.lifecycle.drain()
            let ready = try await kit.exchange("GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(ready.statuses == [503])
            #expect(ready.body == #"{"status":"stopping"}"#)
            #expect(ready.header("Connection") == "close")
            #expect(try await kit.exchange("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n").statuses == [200])
        }
    }
}

@Suite struct HealthTests {
    private static func get(_ path: String) -> String {
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    }

    @Test func `readiness says what the database is worth, but not its version`() async throws {
        try await ServerKit.run { kit in
            while kit.lifecycle.facts.isEmpty { await Task.yield() }
            let ready = try await kit.exchange(Self.get("/health/ready"))
            #expect(ready.statuses == [200])
            #expect(ready.body == #"{"status":"ready","database":"answers","synchronous":"FULL","writes":"accepted"}"#)
        }
    }

    @Test func `a database that does not answer makes the server not ready`() async throws {
        try await ServerKit.run { kit in
            kit.store.isBroken.store(true, ordering: .relaxed)
            let ready = try await kit.exchange(Self.get("/health/ready"))
            #expect(ready.statuses == [503])
            #expect(ready.body == #"{"status":"broken","database":"does not answer"}"#)
            #expect(try await kit.exchange(Self.get("/health/live")).statuses == [200])
        }
    }

    @Test func `a disk that failed ends the server for a restart`() async throws {
        try await ServerKit.run { kit in
            kit.store.hasFailedDisk.store(true, ordering: .relaxed)
            while !kit.lifecycle.isDraining { await Task.yield() }
        }
    }

    @Test func `metrics are in the text form of Prometheus`() async throws {
        try await ServerKit.run { kit in
            _ = try await kit.exchange(Self.get("/api/small"))
            let metrics = try await kit.exchange(Self.get("/metrics"))
            #expect(metrics.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.body.contains(#"assay_http_requests_total{dialect="wires",route="small",status="200"} 1"#))
            #expect(metrics.body.contains("assay_http_connections 1.0"))
        }
    }
}
