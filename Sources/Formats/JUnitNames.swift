/// The elements of a JUnit report that have a meaning.
enum JUnitElement: Int {
    case unknown = 0
    case testsuites
    case testsuite
    case testcase
    case properties
    case property
    case failure
    case error
    case skipped
    case rerunFailure
    case rerunError
    case flakyFailure
    case flakyError
    case stackTrace
    case systemOut
    case systemErr

    /// As the document spells it, for messages.
    var tag: String {
        switch self {
        case .systemOut: "system-out"
        case .systemErr: "system-err"
        case .unknown, .testsuites, .testsuite, .testcase, .properties, .property, .failure, .error, .skipped,
            .rerunFailure, .rerunError, .flakyFailure, .flakyError, .stackTrace:
            "\(self)"
        }
    }
}

/// The attributes of a JUnit report that have a meaning.
enum JUnitAttribute: Int {
    case ignored = 101
    case name
    case className
    case phpClass
    case file
    case line
    case time
    case timestamp
    case assertions
    case status
    case result
    case message
    case type
    case value
    case tests
    case failures
    case errors
    case skippedCount
    case disabledCount
    case package
    case hostname
}

extension JUnitElement {
    /// Elements and attributes; `skipped` is both, with the code of the element.
    static let names = XMLNames([
        ("testsuites", testsuites.rawValue), ("testsuite", testsuite.rawValue), ("testcase", testcase.rawValue),
        ("properties", properties.rawValue), ("property", property.rawValue), ("failure", failure.rawValue),
        ("error", error.rawValue), ("skipped", skipped.rawValue), ("ignored", skipped.rawValue),
        ("rerunFailure", rerunFailure.rawValue), ("rerunError", rerunError.rawValue),
        ("flakyFailure", flakyFailure.rawValue), ("flakyError", flakyError.rawValue),
        ("stackTrace", stackTrace.rawValue), ("system-out", systemOut.rawValue), ("system-err", systemErr.rawValue),

        ("name", JUnitAttribute.name.rawValue), ("classname", JUnitAttribute.className.rawValue),
        ("class", JUnitAttribute.phpClass.rawValue), ("file", JUnitAttribute.file.rawValue),
        ("filepath", JUnitAttribute.file.rawValue), ("line", JUnitAttribute.line.rawValue),
        ("lineno", JUnitAttribute.line.rawValue), ("time", JUnitAttribute.time.rawValue),
        ("timestamp", JUnitAttribute.timestamp.rawValue), ("assertions", JUnitAttribute.assertions.rawValue),
        ("status", JUnitAttribute.status.rawValue), ("result", JUnitAttribute.result.rawValue),
        ("message", JUnitAttribute.message.rawValue), ("type", JUnitAttribute.type.rawValue),
        ("value", JUnitAttribute.value.rawValue), ("tests", JUnitAttribute.tests.rawValue),
        ("failures", JUnitAttribute.failures.rawValue), ("errors", JUnitAttribute.errors.rawValue),
        ("skip", JUnitAttribute.skippedCount.rawValue), ("skips", JUnitAttribute.skippedCount.rawValue),
        ("disabled", JUnitAttribute.disabledCount.rawValue), ("package", JUnitAttribute.package.rawValue),
        ("hostname", JUnitAttribute.hostname.rawValue), ("id", JUnitAttribute.ignored.rawValue),
        ("url", JUnitAttribute.ignored.rawValue), ("xmlns", JUnitAttribute.ignored.rawValue),
    ])

    /// An element by its code; `<disabled/>` in a test says the same as `<skipped/>`.
    static func of(_ code: Int) -> JUnitElement {
        code == JUnitAttribute.disabledCount.rawValue ? .skipped : JUnitElement(rawValue: code) ?? .unknown
    }
}

extension JUnitAttribute {
    /// An attribute by its code; `skipped="3"` shares its name with an element.
    static func of(_ code: Int) -> JUnitAttribute {
        code == JUnitElement.skipped.rawValue ? .skippedCount : JUnitAttribute(rawValue: code) ?? .ignored
    }
}
