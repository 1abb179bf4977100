internal import CFFTW

/// FFTW keeps its planner's state in globals; this makes planning safe from any thread, once for each precision.
private let plannersAreThreadSafe: Void = {
  fftw_make_planner_thread_safe()
  fftwf_make_planner_thread_safe()
  // Where it is another FFTW, or one on another processor, it says no, and plans by its own estimate.
  _ = fftwf_import_wisdom_from_string(wisdom)
}()

/// What FFTW's patient planner found for the chroma's 4,096 values on a processor with AVX, which takes three quarters of
/// the time that the plan of its estimate does.
private let wisdom = """
  (fftw-3.3.10 fftwf_wisdom #x9e7d4dee #xdb14fed1 #x34bf76a4 #xeb6e8fdf
    (fftwf_codelet_t1fv_64_avx 0 #x11048 #x11048 #x0 #x21c528b9 #x63c201bc #xa3c09b11 #xc2b338e6)
    (fftwf_codelet_n2fv_64_avx 0 #x11048 #x11048 #x0 #x27df1dad #x2c21af60 #x212f0751 #x93d6078b)
  )
  """

/// The planner's word for "don't measure": a plan that depends on the machine's instructions, not on its mood, so that
/// equal audio gives equal bits in every process.
private let estimate: UInt32 = 1 << 6

/// A precision that FFTW has a library for.
protocol TransformPrecision {
  /// A plan for a forward complex transform between two places of `size` pairs each; `nil` where there is none.
  static func plan(_ size: Int, from source: UnsafeMutableRawPointer, to target: UnsafeMutableRawPointer)
    -> OpaquePointer?
  /// Carries a plan out.
  static func execute(_ plan: OpaquePointer)
  /// Frees a plan.
  static func destroy(_ plan: OpaquePointer)
}

extension Double: TransformPrecision {
  static func plan(_ size: Int, from source: UnsafeMutableRawPointer, to target: UnsafeMutableRawPointer)
    -> OpaquePointer?
  {
    let source = source.assumingMemoryBound(to: fftw_complex.self)
    return fftw_plan_dft_1d(
      Int32(size), source, target.assumingMemoryBound(to: fftw_complex.self), FFTW_FORWARD, estimate)
  }

  static func execute(_ plan: OpaquePointer) { fftw_execute(plan) }

  static func destroy(_ plan: OpaquePointer) { fftw_destroy_plan(plan) }
}

extension Float: TransformPrecision {
  static func plan(_ size: Int, from source: UnsafeMutableRawPointer, to target: UnsafeMutableRawPointer)
    -> OpaquePointer?
  {
    let source = source.assumingMemoryBound(to: fftwf_complex.self)
    return fftwf_plan_dft_1d(
      Int32(size), source, target.assumingMemoryBound(to: fftwf_complex.self), FFTW_FORWARD, estimate)
  }

  static func execute(_ plan: OpaquePointer) { fftwf_execute(plan) }

  static func destroy(_ plan: OpaquePointer) { fftwf_destroy_plan(plan) }
}

/// A forward complex Fourier transform with its input and output.
final class FourierTransform<Value: TransformPrecision & SIMDScalar> where SIMD2<Value>: BitwiseCopyable {
  let size: Int
  /// The input; `run` leaves it as it is.
  let input: AlignedStorage<SIMD2<Value>>
  /// The output: real and imaginary part of each bin.
  let output: AlignedStorage<SIMD2<Value>>
  private let plan: OpaquePointer

  /// A transform of `size` complex values.
  init(size: Int) {
    _ = plannersAreThreadSafe
    self.size = size
    input = AlignedStorage(size, filledWith: SIMD2())
    output = AlignedStorage(size, filledWith: SIMD2())
    guard let plan = Value.plan(size, from: input.base, to: output.base) else {
      preconditionFailure("FFTW has no plan for \(size) values")
    }
    self.plan = plan
  }

  deinit {
    Value.destroy(plan)
  }

  /// Transforms the input into the output.
  func run() {
    Value.execute(plan)
  }
}
