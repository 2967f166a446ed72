import Foundation

/// An end that nothing can hold up: acknowledged writes are on disk already, so closing the database may be left out.
enum LastResort {
    static func exit(_ code: Int32, after seconds: Double) {
        let watch = Thread {
            Thread.sleep(forTimeInterval: seconds)
            Terminal.error("assay: the database does not close, stopping without")
            _exit(code)
        }
        watch.stackSize = 64 << 10
        watch.start()
    }
}
