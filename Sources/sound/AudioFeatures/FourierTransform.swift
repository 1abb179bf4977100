internal import CFFTW

/// FFTW keeps its planner's state in globals; this makes planning safe from any thread, once for each precision.
private let plannersAreThreadSafe: Void = {
  fftw_make_planner_thread_safe()
  fftwf_make_planner_thread_safe()
}()

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
