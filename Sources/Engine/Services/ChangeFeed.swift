public import Model
import Statements

extension Reading {
    /// A number that rises with every change in a project, whichever way and on whichever node it was made: the length
    /// of the project's audit chain.
    public func changeSequence(ofProject id: Int64) throws(DomainError) -> Int64 {
        try value("SELECT sequence FROM audit_chain WHERE name = \(Value.text("project:\(id)"))")?.integer ?? 0
    }
}
