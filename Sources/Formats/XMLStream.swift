import CExpat

/// What a format does with the parts of a document, in their order.
protocol XMLVisitor: AnyObject {
    /// The names it knows; elements and attributes come with their codes.
    var names: XMLNames { get }
    /// An element begins; answers whether its text is wanted from here on.
    func open(_ element: XMLElement) throws(ReportError) -> XMLTextInterest
    /// The innermost open element ends.
    func close() throws(ReportError) -> XMLTextInterest
    /// A piece of wanted text.
    func text(_ bytes: UnsafeBufferPointer<UInt8>)
    /// What is open at the moment, for a document that ends too early.
    var place: String { get }
}

/// Whether text at this place of the document is of use.
enum XMLTextInterest {
    case wanted
    case unwanted
}

/// The tag at which a document stands; valid during one call.
struct XMLElement {
    /// The code of its name, `XMLNames.unknown` for a foreign one.
    let code: Int
    let namePointer: UnsafePointer<CChar>
    let attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>
    /// One code per attribute.
    let attributeCodes: UnsafeBufferPointer<Int>

    var name: String { String(cString: namePointer) }

    /// Calls `body` with the code and value of every attribute that is known.
    @inline(__always)
    func forEachAttribute(_ body: (Int, UnsafeBufferPointer<UInt8>) -> Void) {
        for index in 0..<attributeCodes.count where attributeCodes[index] != XMLNames.unknown {
            if let value = attributes[2 * index + 1] { body(attributeCodes[index], XMLText.bytes(value)) }
        }
    }
}

/// A streaming XML parser for documents of strangers: bytes in, calls of a visitor out.
///
/// Refuses document types (and with them every entity), and whatever is beyond the limits; repairs what `ByteCleaner`
/// repairs. Namespaces, comments and processing instructions have no meaning here.
final class XMLStream {
    /// Small pieces are collected up to this size, because the parser scans an unfinished tag again with every piece.
    static let blockBytes = 32_768
    /// Room for what stays unused at the end of a block.
    private static let slack = 64

    private let parser: OpaquePointer
    private let limits: ReportLimits
    private let expectation: String
    private let names: XMLNames
    private unowned(unsafe) let visitor: any XMLVisitor

    private let block: UnsafeMutablePointer<UInt8>
    private var blockCount = 0
    private let decoded: UnsafeMutablePointer<UInt8>
    private var decodedCount = 0
    private let attributeCodes: UnsafeMutablePointer<Int>
    /// What the parser hands to its callbacks.
    private let context: UnsafeMutablePointer<Context>
    private var encoding: TextEncoding?
    private var cleaner = ByteCleaner()

    private var hasContent = false
    private var hasRoot = false
    private var skippedLines = 0
    private var parsedBytes = 0
    private var depth = 0
    private var elements = 0
    private var unknownNames: Set<UInt64> = []
    /// The parser calls for text.
    private var isListening = false
    private var failure: ReportError?
    private var isFinished = false

    /// The parser tells text by the line and less; pieces are joined here on their way to the visitor.
    private struct Context {
        static let capacity = 4096

        unowned(unsafe) let stream: XMLStream
        let text: UnsafeMutablePointer<UInt8>
        var count = 0
    }

    /// `expectation` is the format's name for messages; the visitor must live as long as the stream.
    init(_ visitor: any XMLVisitor, expecting expectation: String, limits: ReportLimits) {
        guard let parser = XML_ParserCreate("UTF-8") else { preconditionFailure("out of memory") }
        self.parser = parser
        self.limits = limits
        self.expectation = expectation
        self.visitor = visitor
        self.names = visitor.names
        block = .allocate(capacity: XMLStream.blockBytes + XMLStream.slack)
        decoded = .allocate(capacity: (XMLStream.blockBytes + XMLStream.slack) * TextEncoding.growth + XMLStream.slack)
        attributeCodes = .allocate(capacity: max(limits.attributes, 1))
        context = .allocate(capacity: 1)
        context.initialize(to: Context(stream: self, text: .allocate(capacity: Context.capacity)))
        install()
    }

    deinit {
        XML_ParserFree(parser)
        block.deallocate()
        decoded.deallocate()
        attributeCodes.deallocate()
        context.pointee.text.deallocate()
        context.deallocate()
    }

    /// Takes more of the document.
    func feed(_ bytes: UnsafeRawBufferPointer) throws(ReportError) {
        if let failure { throw failure }
        guard !isFinished else { throw fail(ReportError("the report has been read to its end already")) }
        guard let source = bytes.baseAddress else { return }
        var position = 0
        while position < bytes.count {
            let step = min(XMLStream.blockBytes - blockCount, bytes.count - position)
            UnsafeMutableRawPointer(block + blockCount).copyMemory(from: source + position, byteCount: step)
            blockCount += step
            position += step
            if blockCount >= XMLStream.blockBytes { try process(isFinal: false) }
        }
    }

    /// Takes the end of the document.
    func finish() throws(ReportError) {
        if let failure { throw failure }
        guard !isFinished else { return }
        try process(isFinal: true)
        isFinished = true
    }

    // MARK: - Bytes

    private func process(isFinal: Bool) throws(ReportError) {
        let encoding = try detected(isFinal)
        let input = UnsafeBufferPointer(start: block, count: blockCount)
        if encoding == .utf8 {
            try keep(parse(input, isFinal), of: block, &blockCount)
            return
        }
        let step = encoding.decode(input, into: decoded + decodedCount, isFinal: isFinal)
        decodedCount += step.written
        keep(step.used, of: block, &blockCount)
        let isLast = isFinal && !step.refused
        try keep(parse(UnsafeBufferPointer(start: decoded, count: decodedCount), isLast), of: decoded, &decodedCount)
        if step.refused, case .other(let name) = encoding {
            throw fail(located("the encoding \"\(name)\" is not supported: save the report as UTF-8"))
        }
    }

    /// Moves what was not used to the front.
    private func keep(_ used: Int, of buffer: UnsafeMutablePointer<UInt8>, _ count: inout Int) {
        count -= used
        if used > 0, count > 0 { UnsafeMutableRawPointer(buffer).copyMemory(from: buffer + used, byteCount: count) }
    }

    private func detected(_ isFinal: Bool) throws(ReportError) -> TextEncoding {
        if let encoding { return encoding }
        let head = UnsafeBufferPointer(start: block, count: blockCount)
        if let complaint = DocumentStart.complaint(head) { throw fail(ReportError(complaint, line: 1, column: 1)) }
        let found = TextEncoding.detect(head)
        if found.encoding == .other("UTF-32") {
            let message = "the encoding UTF-32 is not supported: save the report as UTF-8"
            throw fail(ReportError(message, line: 1, column: 1))
        }
        keep(found.mark, of: block, &blockCount)
        encoding = found.encoding
        return found.encoding
    }

    /// Answers how many bytes are done with.
    private func parse(_ input: UnsafeBufferPointer<UInt8>, _ isFinal: Bool) throws(ReportError) -> Int {
        let skipped = try skipBlank(input, isFinal)
        let rest = UnsafeBufferPointer(rebasing: input[skipped...])
        guard let room = XML_GetBuffer(parser, Int32(rest.count * ByteCleaner.growth + XMLStream.slack)) else {
            throw fail(located("the report needs too much memory"))
        }
        let output = room.bindMemory(to: UInt8.self, capacity: rest.count * ByteCleaner.growth + XMLStream.slack)
        let step = cleaner.clean(rest, into: output, isFinal: isFinal)
        parsedBytes += step.written
        let status = XML_ParseBuffer(parser, Int32(step.written), isFinal ? 1 : 0)
        guard status == XML_STATUS_OK else { throw fail(failure ?? syntaxError(isFinal)) }
        // The parser holds an unfinished tag whole. It may put off its next look until it holds twice as much as at the
        // last one, and tells no position until then.
        let position = Int(XML_GetCurrentByteIndex(parser))
        if position >= 0, parsedBytes - position > 2 * limits.tagBytes + 4 * XMLStream.blockBytes {
            throw fail(tagTooLong())
        }
        return skipped + step.used
    }

    /// White space in front of the XML declaration is forbidden and common.
    private func skipBlank(_ input: UnsafeBufferPointer<UInt8>, _ isFinal: Bool) throws(ReportError) -> Int {
        guard !hasContent else { return 0 }
        var position = 0
        while position < input.count, XMLText.isSpace(input[position]) {
            if input[position] == 10 { skippedLines += 1 }
            position += 1
        }
        guard position < input.count else {
            guard !isFinal else { throw fail(ReportError("the file is empty")) }
            return position
        }
        hasContent = true
        let start = UnsafeBufferPointer(rebasing: input[position...])
        if let complaint = DocumentStart.complaintAboutText(start, expecting: expectation) {
            throw fail(ReportError(complaint, line: skippedLines + 1, column: 1))
        }
        return position
    }

    // MARK: - Errors

    private func fail(_ error: ReportError) -> ReportError {
        failure = error
        return error
    }

    private func located(_ message: String) -> ReportError {
        ReportError(
            message, line: Int(XML_GetCurrentLineNumber(parser)) + skippedLines,
            column: Int(XML_GetCurrentColumnNumber(parser)) + 1)
    }

    private func tagTooLong() -> ReportError {
        located("a tag, comment or instruction is longer than \(limits.tagBytes) bytes")
    }

    private func syntaxError(_ isFinal: Bool) -> ReportError {
        let code = XML_GetErrorCode(parser)
        if isFinal, !hasRoot || depth > 0, XMLStream.isCutOff(code) {
            return located("the document is cut off: it ends \(visitor.place)")
        }
        let reason = XML_ErrorString(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
        return located("not well-formed XML: \(reason)")
    }

    private static func isCutOff(_ code: XML_Error) -> Bool {
        code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN || code == XML_ERROR_PARTIAL_CHAR
            || code == XML_ERROR_UNCLOSED_CDATA_SECTION
    }

    /// Ends the parse from inside a call of the parser.
    private func stop(_ error: ReportError) {
        if failure == nil { failure = error.line == nil ? located(error.message) : error }
        XML_StopParser(parser, 0)
    }

    // MARK: - Calls of the parser

    private func install() {
        XML_SetUserData(parser, context)
        XML_SetElementHandler(
            parser,
            { data, name, attributes in
                guard let data, let name, let attributes else { return }
                data.assumingMemoryBound(to: Context.self).pointee.stream.opened(name, attributes)
            },
            { data, _ in
                guard let data else { return }
                data.assumingMemoryBound(to: Context.self).pointee.stream.closed()
            })
        XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in
            guard let data else { return }
            data.assumingMemoryBound(to: Context.self).pointee.stream.foundDocumentType()
        }
    }

    private func foundDocumentType() {
        stop(located("a document type (<!DOCTYPE>, <!ENTITY>) is not accepted: remove it from the report"))
    }

    private func opened(
        _ name: UnsafePointer<CChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>
    ) {
        guard failure == nil else { return }
        flushText()
        hasRoot = true
        depth += 1
        elements += 1
        if Int(XML_GetCurrentByteCount(parser)) > limits.tagBytes { return stop(tagTooLong()) }
        if elements > limits.elements { return stop(located("more than \(limits.elements) elements")) }
        if depth > limits.depth { return stop(located("elements are nested deeper than \(limits.depth)")) }
        let code = names.code(name)
        if code == XMLNames.unknown { note(name) }
        var count = 0
        while let key = attributes[2 * count] {
            guard count < limits.attributes else {
                return stop(located("an element has more than \(limits.attributes) attributes"))
            }
            let code = names.code(key)
            attributeCodes[count] = code
            if code == XMLNames.unknown { note(key) }
            count += 1
        }
        guard unknownNames.count <= limits.unknownNames else {
            return stop(located("more than \(limits.unknownNames) different unknown names"))
        }
        let codes = UnsafeBufferPointer(start: attributeCodes, count: count)
        let element = XMLElement(code: code, namePointer: name, attributes: attributes, attributeCodes: codes)
        do throws(ReportError) {
            listen(try visitor.open(element))
        } catch {
            stop(error)
        }
    }

    /// The parser keeps every different name of a document for good, so there must not be too many.
    private func note(_ name: UnsafePointer<CChar>) {
        if unknownNames.count <= limits.unknownNames { unknownNames.insert(XMLNames.hash(name)) }
    }

    private func closed() {
        guard failure == nil else { return }
        flushText()
        depth -= 1
        do throws(ReportError) {
            listen(try visitor.close())
        } catch {
            stop(error)
        }
    }

    private func listen(_ interest: XMLTextInterest) {
        switch interest {
        case .wanted:
            guard !isListening else { return }
            isListening = true
            XML_SetCharacterDataHandler(parser) { data, text, count in
                guard let data, let text else { return }
                let context = data.assumingMemoryBound(to: Context.self)
                let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
                let used = context.pointee.count
                guard used + bytes.count <= Context.capacity else { return context.pointee.stream.pass(bytes) }
                UnsafeMutableRawBufferPointer(start: context.pointee.text + used, count: bytes.count)
                    .copyMemory(from: bytes)
                context.pointee.count = used + bytes.count
            }
        case .unwanted:
            guard isListening else { return }
            isListening = false
            XML_SetCharacterDataHandler(parser, nil)
        }
    }

    private func flushText() {
        let count = context.pointee.count
        guard count > 0 else { return }
        context.pointee.count = 0
        visitor.text(UnsafeBufferPointer(start: context.pointee.text, count: count))
    }

    /// Text that finds no room behind the joined pieces.
    private func pass(_ bytes: UnsafeRawBufferPointer) {
        flushText()
        visitor.text(bytes.assumingMemoryBound(to: UInt8.self))
    }
}
