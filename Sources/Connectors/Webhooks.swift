public import Engine
import Foundation
import Model

/// Takes letters to the receivers of webhooks: one attempt of ten seconds, no redirects, no retries of its own.
public struct GatewayPost: WebhookPost {
    private let gateway: Gateway
    private let limits: Gateway.Limits

    public init(_ gateway: Gateway) {
        self.gateway = gateway
        var limits = Gateway.Limits()
        limits.total = .seconds(10)
        limits.answer = 64 << 10
        limits.retries = 0
        self.limits = limits
    }

    public func send(_ letter: WebhookLetter) async -> WebhookReceipt {
        let request = GatewayRequest("POST", letter.url, headers: letter.headers, body: letter.body)
        do throws(GatewayError) {
            let answer = try await gateway.sendOnce(request, limits: limits)
            let isSuccess = (200..<300).contains(answer.status)
            return WebhookReceipt(
                status: answer.status, error: isSuccess ? nil : "the receiver answered with status \(answer.status)")
        } catch {
            // Whatever a receiver answers at length, it has answered.
            if error == .tooLarge { return WebhookReceipt(status: nil, error: "the receiver's answer is too large") }
            return WebhookReceipt(status: nil, error: "the receiver failed: \(error)")
        }
    }

    public func isAllowed(_ url: String) -> Bool { TargetURL(url) != nil }
}

extension Outside {
    /// Everything outside, through one gateway.
    public static func through(_ gateway: Gateway) -> Outside {
        Outside(trackers: TrackerTable(gateway), models: ModelTable(gateway), post: GatewayPost(gateway))
    }
}
