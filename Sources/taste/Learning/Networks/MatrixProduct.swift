import CBLAS

/// Products of matrices that lie row after row in memory.
///
/// OpenBLAS is told to stay on the calling thread: who wants more threads cuts the work into pieces, so that results do
/// not depend on the number of threads.
enum MatrixProduct {
  private static let oneThread: Void = openblas_set_num_threads(1)

  /// Tells OpenBLAS to stay on the calling thread. Costs nothing from the second call on.
  static func stayOnThread() {
    _ = oneThread
  }

  /// A matrix in memory: where its first value lies, the distance of its rows, and whether it is meant transposed.
  struct Operand {
    let base: UnsafePointer<Float>
    let stride: Int
    let transposed: Bool

    init(_ base: UnsafePointer<Float>, stride: Int, transposed: Bool = false) {
      self.base = base
      self.stride = stride
      self.transposed = transposed
    }
  }

  /// `result = left right + keep result`, where `left` is `rows x inner` and `right` is `inner x columns` after any
  /// transposition.
  static func multiply(
    rows: Int, columns: Int, inner: Int, _ left: Operand, _ right: Operand, keep: Float = 0, factor: Float = 1,
    into result: UnsafeMutablePointer<Float>, stride: Int
  ) {
    guard rows > 0, columns > 0 else { return }
    cblas_sgemm(
      CblasRowMajor, left.transposed ? CblasTrans : CblasNoTrans, right.transposed ? CblasTrans : CblasNoTrans,
      blasint(rows), blasint(columns), blasint(inner), factor, left.base, blasint(left.stride), right.base,
      blasint(right.stride), keep, result, blasint(stride))
  }

  /// `result = left rightᵀ` in double precision: `left` is `rows x inner`, `right` is `columns x inner`.
  static func multiply(
    rows: Int, columns: Int, inner: Int, _ left: [Double], _ right: [Double], into result: inout [Double]
  ) {
    guard rows > 0, columns > 0 else { return }
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(columns), blasint(inner), 1, left,
      blasint(inner), right, blasint(inner), 0, &result, blasint(columns))
  }
}
