/// The closed form of the mean autocorrelation.
///
/// With e the padded envelope, w the Hann window of length W and angular frequency a = 2 pi / W, c(t) the weight of the
/// window that starts at t, m a place in the envelope and p = m + l, the sum over windows at lag l is
///
///     S(l) = sum over m of e(m) e(p) sum over t of c(t) w(m - t) w(p - t)
///
/// where t runs over the windows that hold both m and p, and
///
///     4 w(m - t) w(p - t) = 1 + cos(al) / 2 - cos a(m - t) - cos a(p - t) + cos a(m + p - 2t) / 2.
///
/// With the running sums Q0, Q1, Q2 of c(t), c(t) exp(-iat), c(t) exp(-2iat) the inner sum is a difference of running
/// sums, the upper end of which depends on m alone and the lower on p alone. Everything is then a sum of correlations
/// of sequences, done by Fourier transforms.
extension TempoEstimator {
  func correlate(frames: Int) {
    accumulate(frames: frames)
    let size = transform.size
    let places = frames + 2 * (window / 2)

    // e in the real part, so that its transform serves all correlations of real sequences.
    transform.input.fill(with: .zero)
    for m in 0..<places { transform.input.base[m] = SIMD2(envelope.base[m], 0) }
    transform.run()
    plain.base.update(from: transform.output.base, count: size)
    // g(p) = e(p) exp(iap)
    for m in 0..<places { transform.input.base[m] = envelope.base[m] * turns.base[m] }
    transform.run()
    turned.base.update(from: transform.output.base, count: size)

    sums.fill(with: .zero)
    weighted.fill(with: .zero)
    addUpperEnds(places: places, frames: frames)
    addLowerEnds(places: places, frames: frames)

    finish(frames: frames)
  }

  /// The running sums, real and imaginary parts interleaved: Q0, 0, Q1, Q2.
  private func accumulate(frames: Int) {
    var sum = SIMD8<Double>.zero
    running.base[0] = sum
    for frame in 0..<frames {
      let weight = weights.base[frame]
      let turn = turns.base[frame]
      let twice = SIMD2(turn.x * turn.x - turn.y * turn.y, 2 * turn.x * turn.y)
      sum += weight * SIMD8(1, 0, turn.x, -turn.y, twice.x, -twice.y, 0, 0)
      running.base[frame + 1] = sum
    }
  }
}

extension TempoEstimator {
  /// What depends on m: correlations of e(m) Q(upper end) with the plain and the turned envelope.
  private func addUpperEnds(places: Int, frames: Int) {
    let size = transform.size
    transform.input.fill(with: .zero)
    for m in 0..<places {
      let sum = running.base[min(frames, m + 1)]
      let turn = turns.base[m]
      let real = -(turn.x * sum[2] - turn.y * sum[3])
      transform.input.base[m] = envelope.base[m] * SIMD2(real, sum[0])
    }
    transform.run()
    for bin in 0..<size {
      let (first, second) = pair(bin)
      sums.base[bin] += Self.product(Self.conjugate(first), plain.base[bin])
      weighted.base[bin] += Self.product(Self.conjugate(second), plain.base[bin])
    }
    transform.input.fill(with: .zero)
    for m in 0..<places {
      let sum = running.base[min(frames, m + 1)]
      let value = Self.product(turns.base[m], SIMD2(sum[4], sum[5])) * 0.5 - SIMD2(sum[2], sum[3])
      transform.input.base[m] = envelope.base[m] * Self.conjugate(value)
    }
    transform.run()
    for bin in 0..<size {
      sums.base[bin] += Self.product(Self.conjugate(transform.output.base[bin]), turned.base[bin])
    }
  }

  /// What depends on p: correlations of the plain and the turned envelope with e(p) Q(lower end), taken away.
  private func addLowerEnds(places: Int, frames: Int) {
    let size = transform.size
    transform.input.fill(with: .zero)
    for p in 0..<places {
      let sum = running.base[min(max(p - window + 1, 0), frames)]
      let turn = turns.base[p]
      let real = turn.x * sum[2] - turn.y * sum[3]
      transform.input.base[p] = envelope.base[p] * SIMD2(real, sum[0])
    }
    transform.run()
    for bin in 0..<size {
      let (first, second) = pair(bin)
      let mirrored = Self.conjugate(plain.base[bin])
      sums.base[bin] += Self.product(mirrored, first)
      weighted.base[bin] -= Self.product(mirrored, second)
    }
    transform.input.fill(with: .zero)
    for p in 0..<places {
      let sum = running.base[min(max(p - window + 1, 0), frames)]
      let value = SIMD2(sum[2], sum[3]) - Self.product(turns.base[p], SIMD2(sum[4], sum[5])) * 0.5
      transform.input.base[p] = envelope.base[p] * value
    }
    transform.run()
    for bin in 0..<size {
      let mirror = bin == 0 ? 0 : size - bin
      sums.base[bin] += Self.product(turned.base[mirror], transform.output.base[bin])
    }
  }

  /// Transforms back; of the sums only the real part counts, and a forward transform of the conjugate is an inverse.
  private func finish(frames: Int) {
    let scale = 0.25 / Double(transform.size) / Double(frames)
    for bin in 0..<transform.size { transform.input.base[bin] = Self.conjugate(sums.base[bin]) }
    transform.run()
    for lag in 0..<window { autocorrelation.base[lag] = transform.output.base[lag].x * scale }
    for bin in 0..<transform.size { transform.input.base[bin] = Self.conjugate(weighted.base[bin]) }
    transform.run()
    for lag in 0..<window {
      autocorrelation.base[lag] += transform.output.base[lag].x * scale * (1 + 0.5 * turns.base[lag].x)
    }
  }

  /// The transforms at a bin of the two real sequences that went in as real and imaginary part.
  private func pair(_ bin: Int) -> (SIMD2<Double>, SIMD2<Double>) {
    let value = transform.output.base[bin]
    let other = Self.conjugate(transform.output.base[bin == 0 ? 0 : transform.size - bin])
    let sum = (value + other) * 0.5
    let difference = (value - other) * 0.5
    return (sum, SIMD2(difference.y, -difference.x))
  }

  private static func conjugate(_ value: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(value.x, -value.y)
  }

  private static func product(_ left: SIMD2<Double>, _ right: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(left.x * right.x - left.y * right.y, left.x * right.y + left.y * right.x)
  }
}
