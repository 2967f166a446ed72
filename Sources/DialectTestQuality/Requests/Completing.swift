import Engine
import Model
import Wire

/// Rows that follow from others are made before they are asked for; other products write without regard to them.
enum Completing {
    static func run(
        _ wanted: Set<Resource.Completion>, project: Int64?, _ engine: Engine
    ) async throws(DomainError) {
        guard !wanted.isEmpty else { return }
        let missing = try await engine.read(as: .system) { work throws(DomainError) in
            var missing: Set<Resource.Completion> = []
            if wanted.contains(.plans) {
                if try !work.plansAreSettled(in: project) { missing.insert(.plans) }
            } else if wanted.contains(.rootPlans), try !work.rootPlansAreThere(in: project) {
                missing.insert(.plans)
            }
            if wanted.contains(.runSteps), try !work.runStepsAreSettled(run: nil) { missing.insert(.runSteps) }
            if wanted.contains(.labels), try !work.labelsAreSettled() { missing.insert(.labels) }
            if wanted.contains(.defects), try !work.foundIssuesAreSettled() { missing.insert(.defects) }
            return missing
        }
        guard !missing.isEmpty else { return }
        try await engine.write(as: .system) { work throws(DomainError) in
            if missing.contains(.plans) { try work.settlePlans(in: project) }
            if missing.contains(.runSteps) { try work.settleRunSteps(run: nil) }
            if missing.contains(.labels) { try work.settleLabels() }
            if missing.contains(.defects) { try work.settleFoundIssues() }
        }
    }

    /// What a call needs: the resource itself, those above it and those that it embeds.
    static func needs(_ call: Call, _ resources: [Resource], _ book: ResourceBook) -> Set<Resource.Completion> {
        var wanted: Set<Resource.Completion> = []
        for resource in resources { wanted.formUnion(resource.completions) }
        for (name, text) in call.query.items {
            if name == "_with", let first = resources.last {
                collect(Relations.parse(text), first, book, &wanted, depth: 0)
            }
            if name == "plan_id" || name == "plan_id-in" { wanted.insert(.plans) }
        }
        return wanted
    }

    private static func collect(
        _ nodes: [Relations.Node], _ resource: Resource, _ book: ResourceBook,
        _ wanted: inout Set<Resource.Completion>, depth: Int
    ) {
        guard depth < RowReader.depthLimit else { return }
        for node in nodes {
            guard let link = resource.links.first(where: { $0.name == node.name }), let target = book[link.target]
            else {
                continue
            }
            wanted.formUnion(target.completions)
            if case .through(let pivot, _, _) = link.kind, let middle = book[pivot] {
                wanted.formUnion(middle.completions)
            }
            collect(node.below, target, book, &wanted, depth: depth + 1)
        }
    }
}
