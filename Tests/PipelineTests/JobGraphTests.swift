import Testing

@testable import Pipeline

@Suite struct JobGraphTests {
  @Test func theOrderFollowsFromWhatJobsReadAndWrite() {
    #expect(JobGraph.order == [.import, .look, .readSheets, .analyse, .compare, .match, .label, .train, .score, .list])
    for (place, job) in JobGraph.order.enumerated() {
      let later = JobGraph.order[place...].reduce(into: Set<Fact>()) { $0.formUnion($1.writes) }
      #expect(job.reads.isDisjoint(with: later), "\(job) reads what is written behind it")
    }
  }

  @Test func everyFactMattersToAJob() {
    let read = Job.allCases.reduce(into: Set<Fact>()) { $0.formUnion($1.reads) }
    for fact in Fact.allCases { #expect(read.contains(fact), "nobody reads \(fact)") }
    var written: Set<Fact> = []
    for job in Job.allCases {
      #expect(written.isDisjoint(with: job.writes), "\(job) writes what another job writes")
      written.formUnion(job.writes)
    }
  }

  @Test func whatFollowsFromAChangeIsDue() {
    #expect(JobGraph.due(after: []) == [])
    #expect(JobGraph.due(after: [.listRules]) == [.list])
    #expect(JobGraph.due(after: [.model]) == [.score, .list])
    #expect(JobGraph.due(after: [.trainingRules]) == [.train, .score, .list])
    #expect(JobGraph.due(after: [.day]) == [.label, .train, .score, .list])
    #expect(JobGraph.due(after: [.labelRules]) == [.match, .label, .train, .score, .list])
    #expect(JobGraph.due(after: [.sounds]) == [.compare, .label, .train, .score, .list])
    #expect(JobGraph.due(after: [.exports]) == [.import, .match, .label, .train, .score, .list])
    #expect(JobGraph.due(after: [.music]) == Array(JobGraph.order.dropFirst()))
    #expect(JobGraph.due(after: [], and: [.score]) == [.score, .list])
  }
}
