using System.Numerics;
using System.Runtime.InteropServices;

namespace NearData.Parquet.Writing;

/// <summary>The range of numbers. NaN has no place in it, and zero stands for both zeros (parquet.thrift, ColumnOrder).</summary>
internal sealed class NumberRange<T> : RangeBuilder
    where T : unmanaged, INumber<T>
{
    private T _min;
    private T _max;
    private bool _isEmpty = true;

    public override (ReadOnlyMemory<byte> Min, ReadOnlyMemory<byte> Max)? Range =>
        _isEmpty ? null : (Bytes(WithSign(_min, -T.One)), Bytes(WithSign(_max, T.One)));

    public override void Add(ReadOnlySpan<byte> plain, int count)
    {
        foreach (T value in MemoryMarshal.Cast<byte, T>(plain)[..count])
        {
            if (T.IsNaN(value))
            {
                continue;
            }

            _min = _isEmpty || value < _min ? value : _min;
            _max = _isEmpty || value > _max ? value : _max;
            _isEmpty = false;
        }
    }

    public override void Clear() => _isEmpty = true;

    // Readers may compare bits: a lower bound of zero is written as -0.0, an upper one as +0.0.
    private static T WithSign(T bound, T sign) => bound is float or double && T.IsZero(bound) ? T.CopySign(T.Zero, sign) : bound;

    private static byte[] Bytes(T value) => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
}
