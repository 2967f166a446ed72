/// Takes letters to the receivers of webhooks.
public protocol WebhookPost: Sendable {
    /// One attempt; never throws, whatever the receiver does.
    func send(_ letter: WebhookLetter) async -> WebhookReceipt
    /// Whether an address can be a receiver at all: http or https with a host, in the form that the gateway takes.
    func isAllowed(_ url: String) -> Bool
}

/// One attempt of a delivery.
public struct WebhookLetter: Sendable {
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(url: String, headers: [(name: String, value: String)], body: [UInt8]) {
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// What came back.
public struct WebhookReceipt: Sendable, Hashable {
    /// `nil` when no answer came.
    public var status: Int?
    /// In words for whoever owns the webhook.
    public var error: String?

    public init(status: Int?, error: String?) {
        self.status = status
        self.error = error
    }

    public var isSuccess: Bool { status.map { (200..<300).contains($0) } ?? false }
}
