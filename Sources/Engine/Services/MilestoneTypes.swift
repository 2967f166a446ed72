public import Model
import Statements
import Store

extension Writing {
    /// The type of milestones of this name, made when there is none, and offered to the project.
    public func milestoneType(named name: String, project: Int64) throws(DomainError) -> Int64 {
        let folded = session.flavor.folded("name")
        let wanted = session.flavor.folded(.binding(.text(name)))
        let known = try rows(
            "SELECT id, is_deleted FROM milestone_type WHERE \(folded) = \(wanted) ORDER BY is_deleted, id LIMIT 1"
        ).first
        let id: Int64
        if let found = known?[0].integer {
            if known?[1].boolean == true {
                try apply(schema["MilestoneType"], [Change(found, set: ["isDeleted": false])])
            }
            id = found
        } else {
            guard (1...255).contains(name.unicodeScalars.count) else {
                throw .invalid("milestoneType", "a type has 1 to 255 characters")
            }
            id = try store(schema["MilestoneType"], [Draft(["name": .text(name)])])[0]
        }
        try store(
            schema["MilestoneTypeAssignment"], ["projectId", "milestoneTypeId"], [[.int(project), .int(id)]],
            onConflict: .skip)
        return id
    }
}
