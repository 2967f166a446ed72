public import Engine
public import Logging

/// What the server speaks to outside of itself.
public enum Connectors {
    /// The way out for a server; `allowsPrivateTargets` is the operator's word.
    public static func outside(allowsPrivateTargets: Bool, log: Logger) -> Outside {
        .through(Gateway(allowsPrivateTargets: allowsPrivateTargets, log: log))
    }
}
