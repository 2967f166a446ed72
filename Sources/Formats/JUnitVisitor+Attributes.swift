extension JUnitVisitor {
    /// A suite from its tag.
    static func suite(_ tag: XMLElement, depth: Int) -> ReportSuite {
        var suite = ReportSuite(name: "", depth: depth)
        tag.forEachAttribute { code, value in
            switch JUnitAttribute.of(code) {
            case .name: suite.name = XMLText.string(value)
            case .file: suite.file = XMLText.present(value)
            case .package: suite.package = XMLText.present(value)
            case .hostname: suite.hostname = XMLText.present(value)
            case .timestamp: suite.timestamp = XMLText.timestamp(XMLText.string(value))
            case .time: suite.time = ReportDuration.seconds(value)
            case .tests: suite.tests = XMLText.integer(value)
            case .failures: suite.failures = XMLText.integer(value)
            case .errors: suite.errors = XMLText.integer(value)
            case .skippedCount: suite.skipped = XMLText.integer(value)
            case .disabledCount: suite.skipped = suite.skipped ?? XMLText.integer(value)
            case .assertions: suite.assertions = XMLText.integer(value)
            case .ignored, .className, .phpClass, .line, .status, .result, .message, .type, .value: break
            }
        }
        return suite
    }

    /// A property from its tag; its value may also follow as text.
    static func property(_ tag: XMLElement) -> ReportProperty {
        var property = ReportProperty(name: "", value: "")
        tag.forEachAttribute { code, value in
            switch JUnitAttribute.of(code) {
            case .name: property.name = XMLText.string(value)
            case .value: property.value = XMLText.string(value)
            case .ignored, .className, .phpClass, .file, .line, .time, .timestamp, .assertions, .status, .result,
                .message, .type, .tests, .failures, .errors, .skippedCount, .disabledCount, .package, .hostname:
                break
            }
        }
        return property
    }

    /// A problem from its tag; its text follows.
    static func problem(_ kind: ReportProblem.Kind, _ tag: XMLElement) -> ReportProblem {
        var problem = ReportProblem(kind: kind)
        let words = messageAndType(tag)
        problem.message = words.message
        problem.type = words.type
        return problem
    }

    /// What failures, errors, skips and reruns have in common.
    static func messageAndType(_ tag: XMLElement) -> (message: String?, type: String?) {
        var message: String?
        var type: String?
        tag.forEachAttribute { code, value in
            if code == JUnitAttribute.message.rawValue {
                message = XMLText.present(value)
            } else if code == JUnitAttribute.type.rawValue {
                type = XMLText.present(value)
            }
        }
        return (message, type)
    }
}
