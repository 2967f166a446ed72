public import Engine
public import Model

/// The trackers that the server knows.
public struct TrackerTable: Trackers {
    private struct Entry: Sendable {
        let descriptor: ServiceDescriptor
        let make: @Sendable (TrackerAccount, Gateway) throws(DomainError) -> any Tracker
    }

    /// The table of contents.
    private static let entries: [Entry] = [
        Entry(descriptor: Jira.descriptor) { (account, gateway) throws(DomainError) in try Jira(account, gateway) },
        Entry(descriptor: GitHub.descriptor) { (account, gateway) throws(DomainError) in try GitHub(account, gateway) },
        Entry(descriptor: GitLab.descriptor) { (account, gateway) throws(DomainError) in try GitLab(account, gateway) },
        Entry(descriptor: AzureDevOps.descriptor) { (account, gateway) throws(DomainError) in
            try AzureDevOps(account, gateway)
        },
        Entry(descriptor: SimpleURL.descriptor) { (account, _) throws(DomainError) in try SimpleURL(account) },
    ]

    private let gateway: Gateway

    public init(_ gateway: Gateway) { self.gateway = gateway }

    public var descriptors: [ServiceDescriptor] { TrackerTable.entries.map(\.descriptor) }

    public func tracker(_ account: TrackerAccount) throws(DomainError) -> any Tracker {
        guard let entry = TrackerTable.entries.first(where: { $0.descriptor.provider == account.provider }) else {
            throw .invalid("provider", "there is no connection to \(account.provider)")
        }
        return try entry.make(account, gateway)
    }

    public func authorization(_ account: TrackerAccount) throws(DomainError) -> (any TrackerAuthorization)? {
        guard account.provider == Jira.descriptor.provider, account.authType == "OAUTH2" else { return nil }
        return try JiraAuthorization(account, gateway)
    }
}
