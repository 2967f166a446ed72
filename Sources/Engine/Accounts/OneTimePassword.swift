public import Model
import Statements

extension Reading {
    /// Whether the caller signed in with a password that was meant for once, and has not chosen an own one yet.
    public func mustChangePassword() throws(DomainError) -> Bool {
        guard let user = caller.userId else { return false }
        let flag = try value("SELECT must_change_password FROM \"user\" WHERE id = \(Value.int(user))")
        return flag?.boolean == true
    }
}
