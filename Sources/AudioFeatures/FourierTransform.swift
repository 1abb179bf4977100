internal import CFFTW

/// FFTW keeps its planner's state in globals; this makes planning safe from any thread, once for each precision.
private let plannersAreThreadSafe: Void = {
  fftw_make_planner_thread_safe()
  fftwf_make_planner_thread_safe()
}()

/// The planner's word for "don't measure": a plan that depends on the machine's instructions, not on its mood, so that
/// equal audio gives equal bits in every process.
private let estimate: UInt32 = 1 << 6

/// A forward complex Fourier transform in double precision with its input and output.
final class DoubleTransform {
  let size: Int
  /// The input; `run` leaves it as it is.
  let input: AlignedStorage<SIMD2<Double>>
  /// The output: real and imaginary part of each bin.
  let output: AlignedStorage<SIMD2<Double>>
  private let plan: OpaquePointer

  /// A transform of `size` complex values.
  init(size: Int) {
    _ = plannersAreThreadSafe
    self.size = size
    input = AlignedStorage(size, filledWith: .zero)
    output = AlignedStorage(size, filledWith: .zero)
    let source = UnsafeMutableRawPointer(input.base).assumingMemoryBound(to: fftw_complex.self)
    let target = UnsafeMutableRawPointer(output.base).assumingMemoryBound(to: fftw_complex.self)
    guard let plan = fftw_plan_dft_1d(Int32(size), source, target, FFTW_FORWARD, estimate) else {
      preconditionFailure("FFTW has no plan for \(size) values")
    }
    self.plan = plan
  }

  deinit {
    fftw_destroy_plan(plan)
  }

  /// Transforms the input into the output.
  func run() {
    fftw_execute(plan)
  }
}

/// A forward complex Fourier transform in single precision with its input and output.
final class SingleTransform {
  let size: Int
  /// The input; `run` leaves it as it is.
  let input: AlignedStorage<SIMD2<Float>>
  /// The output: real and imaginary part of each bin.
  let output: AlignedStorage<SIMD2<Float>>
  private let plan: OpaquePointer

  /// A transform of `size` complex values.
  init(size: Int) {
    _ = plannersAreThreadSafe
    self.size = size
    input = AlignedStorage(size, filledWith: .zero)
    output = AlignedStorage(size, filledWith: .zero)
    let source = UnsafeMutableRawPointer(input.base).assumingMemoryBound(to: fftwf_complex.self)
    let target = UnsafeMutableRawPointer(output.base).assumingMemoryBound(to: fftwf_complex.self)
    guard let plan = fftwf_plan_dft_1d(Int32(size), source, target, FFTW_FORWARD, estimate) else {
      preconditionFailure("FFTW has no plan for \(size) values")
    }
    self.plan = plan
  }

  deinit {
    fftwf_destroy_plan(plan)
  }

  /// Transforms the input into the output.
  func run() {
    fftwf_execute(plan)
  }
}
