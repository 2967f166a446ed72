public import Model
import Statements

/// What somebody says who wants an account.
public struct SignUp: Sendable {
    public var name: String
    public var email: String
    public var password: String
    /// Counts only when an administrator asks.
    public var level: Caller.Level?
    /// Counts only when an administrator asks.
    public var role: RowKey?

    public init(name: String, email: String, password: String, level: Caller.Level? = nil, role: RowKey? = nil) {
        self.name = name
        self.email = email
        self.password = password
        self.level = level
        self.role = role
    }
}

extension Engine {
    /// Makes an account with the registration's defaults; administrators choose level and role.
    ///
    /// Throws `.forbidden` when registration is closed or the mail domain is not allowed, `.duplicate` for a known
    /// address.
    public func signUp(_ request: SignUp, as caller: Caller) async throws(DomainError) -> Int64 {
        let isAdministrator = caller.isAdministrator && !caller.isReadOnly
        let email = request.email.lowercased()
        // Refused before the password costs a third of a second.
        let settings = try await read(as: .system) { work throws(DomainError) in
            try work.registration(email, isAdministrator: isAdministrator)
        }
        let hash = try await hashed(password: request.password)
        return try await write(as: .system) { work throws(DomainError) in
            let known = try work.count("User", where: .equals("email", .text(email)))
            guard known == 0 else {
                throw DomainError(.duplicate, "a user with this e-mail address exists already", fields: ["email"])
            }
            var draft = Draft([
                "name": .text(request.name), "email": .text(email), "password": .text(hash),
                "access": settings["defaultAccess"], "isApi": .bool(isAdministrator),
                "passwordChangedAt": .int(work.time),
            ])
            draft["roleId"] = try work.defaultRole(settings["defaultRoleId"].integer)
            if isAdministrator {
                draft["access"] = .text((request.level ?? .user).word)
                draft["emailVerified"] = .int(work.time)
                draft["createdById"] = .int(caller.userId)
                if let role = request.role {
                    guard let row = try work.find("Role", [role], fields: ["id"]).first else {
                        throw .invalid("roleId", "roleId names no Role")
                    }
                    draft["roleId"] = .int(row.id)
                }
            }
            return try work.insert("User", [draft])[0]
        }
    }
}

extension Reading {
    /// The registration's settings, when they let this address in.
    fileprivate func registration(_ email: String, isAdministrator: Bool) throws(DomainError) -> Row {
        guard let settings = try first(Query("RegistrationSettings")) else { throw .fault("no registration settings") }
        if isAdministrator { return settings }
        guard settings.flag("allowOpenRegistration") else { throw .forbidden("registration is closed") }
        guard settings.flag("restrictEmailDomains") else { return settings }
        let domain = email.split(separator: "@").last.map { String($0) } ?? ""
        let allowed = Filter.equals("domain", .text(domain)) && .equals("enabled", true)
        guard try count("AllowedEmailDomain", where: allowed) > 0 else {
            throw .forbidden("addresses of this domain may not register")
        }
        return settings
    }

    fileprivate func defaultRole(_ chosen: Int64?) throws(DomainError) -> Value {
        if let chosen { return .int(chosen) }
        let live = Filter.equals("isDefault", true) && .equals("isDeleted", false)
        return .int(try first(Query("Role", where: live, fields: ["id"]))?.id ?? 1)
    }

    /// The settings of a user as an object; the defaults where the user chose nothing.
    public func preferences(of user: Int64) throws(DomainError) -> JSON {
        let row = try first(Query("UserPreferences", where: .equals("userId", .int(user))))
        let hidden: Set<String> = ["epoch", "createdAt", "updatedAt", "settings"]
        var members: [(String, JSON)] = []
        for field in schema["UserPreferences"].fields where !hidden.contains(field.name) {
            var value = row?[field.name] ?? .null
            if row == nil, case .value(let fallback) = field.fallback { value = fallback }
            switch (field.kind, value) {
            case (.boolean, let value): members.append((field.name, .bool(value.boolean ?? false)))
            case (_, .text(let text)): members.append((field.name, .string(text)))
            case (.integer, .int), (.reference, .int): continue
            default: if row != nil { members.append((field.name, .null)) }
            }
        }
        return .members(members)
    }
}
