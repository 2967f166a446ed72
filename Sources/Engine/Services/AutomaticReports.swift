public import Model
import Statements

extension Writing {
    /// Gives runs and projects the reports that each of them has; safe to repeat.
    func addReports(runs: [(run: Int64, project: Int64)], projects: [Int64]) throws(DomainError) {
        var lines: [[Value]] = []
        for project in projects {
            lines.append(["Project summary", "projectSummary", true, .int(project), .null, .int(try author(project))])
        }
        for (run, project) in runs {
            lines.append(["Run summary", "runSummary", true, .int(project), .int(run), .int(try author(project))])
        }
        let names = ["title", "type", "isAutomatic", "projectId", "testRunId", "createdById"]
        try store(schema["Report"], names, lines, onConflict: .skip)
    }

    private func author(_ project: Int64) throws(DomainError) -> Int64? {
        if let user = caller.userId { return user }
        return try value("SELECT created_by FROM project WHERE id = \(Value.int(project))")?.integer
    }

    /// The same for rows that came about without them.
    public func completeReports(runs: [Int64], projects: [Int64]) throws(DomainError) {
        let owners = try self.projects(of: schema["TestRun"], runs)
        let known = try reports(runs: runs, projects: projects)
        let missing = runs.filter { known.runs[$0] == nil }.compactMap { run in owners[run].map { (run, $0) } }
        try addReports(runs: missing, projects: projects.filter { known.projects[$0] == nil })
    }
}

extension Reading {
    /// The ids of the automatic reports of runs and projects that the caller has read already.
    public func reports(
        runs: [Int64], projects: [Int64]
    ) throws(DomainError) -> (runs: [Int64: Int64], projects: [Int64: Int64]) {
        var ofRuns: [Int64: Int64] = [:]
        var ofProjects: [Int64: Int64] = [:]
        if !runs.isEmpty {
            let list = SQLText.list(runs.map { Value.int($0) })
            for row in try rows(
                "SELECT test_run_id, id FROM report WHERE test_run_id IN (\(list)) AND is_automatic ORDER BY id DESC")
            {
                ofRuns[row[0].integer ?? 0] = row[1].integer
            }
        }
        if !projects.isEmpty {
            let list = SQLText.list(projects.map { Value.int($0) })
            for row in try rows(
                """
                SELECT project_id, id FROM report WHERE project_id IN (\(list)) AND is_automatic
                AND type = 'projectSummary' ORDER BY id DESC
                """)
            {
                ofProjects[row[0].integer ?? 0] = row[1].integer
            }
        }
        return (ofRuns, ofProjects)
    }
}
