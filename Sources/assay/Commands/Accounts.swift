import ArgumentParser
import Foundation
import Model
import Server

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Create users.", subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a user; works while the server runs and while it does not.",
            discussion: "Example: assay user create --email kim@example.com --name Kim --password-stdin < password.txt")

        @OptionGroup var folder: DataOptions

        @Option(help: "E-mail address with which the user signs in.")
        var email: String

        @Option(help: "Name that others see.")
        var name: String

        @Flag(
            name: .customLong("password-stdin"),
            help: "Read the password from standard input, up to the end of the line.")
        var readsPassword = false

        @Flag(help: "Make the user an administrator of the whole server.")
        var admin = false

        func run() async throws {
            guard readsPassword else {
                throw StartError("the password comes from standard input: add --password-stdin")
            }
            guard let password = readLine(strippingNewline: true), !password.isEmpty else {
                throw StartError("standard input has no password")
            }
            let user = NewUser(email: email, name: name, password: password, isAdministrator: admin)
            let answer = try await AdministrativeWork.perform(
                folder.settings(), route: "/users", body: user.json
            ) { work, _ async throws(DomainError) in try await work.createUser(user) }
            Terminal.line("Created user \(answer["email"]?.string ?? email)")
        }
    }
}

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Create API tokens.", subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create an API token and print it alone; it is shown only this once.",
            discussion: "Works while the server runs and while it does not.")

        @OptionGroup var folder: DataOptions

        @Option(help: "E-mail address of the user whose rights the token has.")
        var user: String

        @Option(help: "Name of the token, such as the job that uses it.")
        var name: String

        func run() async throws {
            let wish = NewUserToken(email: user, name: name)
            let answer = try await AdministrativeWork.perform(
                folder.settings(), route: "/tokens", body: wish.json
            ) { work, _ async throws(DomainError) in try await work.createToken(wish) }
            guard let token = answer["token"]?.string else { throw StartError("the server answered without a token") }
            Terminal.line(token)
        }
    }
}
