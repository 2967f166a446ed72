import Engine
import Model

extension JSONWriter {
    mutating func value(_ value: Value) {
        switch value {
        case .null: null()
        case .bool(let flag): self.value(flag)
        case .int(let number): self.value(number)
        case .double(let number): self.value(number)
        case .text(let text): self.value(text)
        case .bytes: null()
        }
    }

    mutating func put(_ key: JSONKey, _ value: Value) {
        self.key(key)
        self.value(value)
    }

    mutating func put(_ key: JSONKey, _ value: String?) {
        self.key(key)
        self.value(value)
    }

    mutating func put(_ key: JSONKey, _ value: Int64?) {
        self.key(key)
        self.value(value)
    }

    mutating func put(_ key: JSONKey, _ value: Int) {
        self.key(key)
        self.value(value)
    }

    mutating func put(_ key: JSONKey, _ value: Bool) {
        self.key(key)
        self.value(value)
    }

    mutating func put(_ key: JSONKey, json value: JSON) {
        self.key(key)
        self.value(value)
    }

    /// A truth value, which SQLite keeps as a number.
    mutating func put(_ key: JSONKey, flag value: Value) {
        put(key, value.boolean == true)
    }

    /// Plain text of a stored document.
    mutating func put(_ key: JSONKey, rich value: Value) {
        put(key, RichText.plain(value))
    }

    mutating func object(_ body: (inout JSONWriter) throws(DomainError) -> Void) throws(DomainError) {
        beginObject()
        try body(&self)
        endObject()
    }

    mutating func object(
        _ key: JSONKey, _ body: (inout JSONWriter) throws(DomainError) -> Void
    ) throws(DomainError) {
        self.key(key)
        try object(body)
    }

    mutating func array<Element>(
        _ key: JSONKey, _ elements: some Sequence<Element>,
        _ body: (inout JSONWriter, Element) throws(DomainError) -> Void
    ) throws(DomainError) {
        self.key(key)
        beginArray()
        for element in elements { try body(&self, element) }
        endArray()
    }

    /// `[[statusId, count], …]` in the order of the statuses.
    mutating func put(_ key: JSONKey, counts: StatusCounts) {
        self.key(key)
        value(counts: counts)
    }

    mutating func value(counts: StatusCounts) {
        beginArray()
        for (status, count) in counts.entries where count > 0 {
            beginArray()
            value(status)
            value(count)
            endArray()
        }
        endArray()
    }

    /// `{id,name}` as an element of a list.
    mutating func put(id: Value, name: Value) {
        beginObject()
        put(.id, id)
        put(.name, name)
        endObject()
    }

    /// `{id,name}` or null.
    mutating func put(_ key: JSONKey, id: Value, name: Value) {
        self.key(key)
        if id.isNull { return null() }
        beginObject()
        put(.id, id)
        put(.name, name)
        endObject()
    }
}
