import Testing

@testable import Learning

struct BinomialTests {
  @Test func workedCases() {
    // Two coins: at least one head in 3 of 4 cases, two heads in 1 of 4.
    #expect(abs(Binomial.upperTail(successes: 1, trials: 2, probability: 0.5) - 0.75) < 1e-15)
    #expect(abs(Binomial.upperTail(successes: 2, trials: 2, probability: 0.5) - 0.25) < 1e-15)
    // All of n succeed as rarely as .05 where p is the n-th root of .05.
    #expect(abs(Binomial.lowerBound(successes: 1, trials: 1, confidence: 0.95) - 0.05) < 1e-14)
    #expect(abs(Binomial.lowerBound(successes: 2, trials: 2, confidence: 0.95) - 0.05.squareRoot()) < 1e-14)
    #expect(Binomial.lowerBound(successes: 0, trials: 9, confidence: 0.95) == 0)
  }

  @Test func tailsAddUpByTerms() {
    for trials in [1, 7, 30] {
      for probability in [0.0, 0.1, 0.5, 0.93, 1] {
        var terms = [Double](repeating: 0, count: trials + 1)
        terms[0] = 1
        for _ in 0..<trials {
          for place in stride(from: trials, through: 0, by: -1) {
            terms[place] = terms[place] * (1 - probability) + (place > 0 ? terms[place - 1] * probability : 0)
          }
        }
        for successes in 0...trials {
          let upper = Binomial.upperTail(successes: Double(successes), trials: Double(trials), probability: probability)
          #expect(abs(upper - terms[successes...].reduce(0, +)) < 1e-13)
        }
      }
    }
  }

  @Test func agreesWithSciPy() throws {
    for trials in try ScikitAnswers.load().binomial {
      let upper = Binomial.upperTail(
        successes: Double(trials.successes), trials: Double(trials.trials), probability: trials.probability)
      let bound = Binomial.lowerBound(
        successes: Double(trials.successes), trials: Double(trials.trials), confidence: 0.95)
      #expect(abs(upper - trials.upperTail) < 1e-9)
      #expect(abs(bound - trials.lowerBound) < 1e-10)
    }
  }

  @Test func countsThatAreNotWholeLieBetween() {
    // scipy.stats.beta.cdf(.6, 12.5, 4.5) and beta.ppf(.05, 12.5, 4.5)
    #expect(abs(Binomial.upperTail(successes: 12.5, trials: 16, probability: 0.6) - 0.1079922189006) < 1e-9)
    #expect(abs(Binomial.lowerBound(successes: 12.5, trials: 16, confidence: 0.95) - 0.5489815277846) < 1e-9)
  }

  @Test func boundCoversAsOftenAsItSays() {
    // Exactly, over all outcomes: the bound may lie above the truth in at most 5% of cases.
    for probability in stride(from: 0.05, to: 1, by: 0.05) {
      let trials = 60
      var above = 0.0
      for successes in 0...trials
      where Binomial.lowerBound(successes: Double(successes), trials: Double(trials), confidence: 0.95) > probability
        + 1e-12
      {
        above = max(
          above, Binomial.upperTail(successes: Double(successes), trials: Double(trials), probability: probability))
      }
      #expect(above <= 0.05 + 1e-12)
    }
  }
}
