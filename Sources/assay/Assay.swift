import ArgumentParser
import AsyncHTTPClient
import Configuration
import Hummingbird
import Server

@main
struct Assay: AsyncParsableCommand {
    func run() async throws {}
}
