declare module 'jstat' {
  const jstat: {
    binomial: { cdf(successes: number, trials: number, probability: number): number }
    chisquare: { inv(probability: number, degreesOfFreedom: number): number }
    beta: { inv(probability: number, alpha: number, beta: number): number }
  }
  export default jstat
}
