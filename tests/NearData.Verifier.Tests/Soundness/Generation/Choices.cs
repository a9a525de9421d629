using NearData.Isa;

namespace NearData.Verifier.Tests.Soundness.Generation;

/// <summary>Random parts of instructions, of which the interesting ones are likely.</summary>
internal sealed class Choices
{
    private static readonly AluOperation[] Operations =
    [
        AluOperation.Add, AluOperation.Subtract, AluOperation.Multiply, AluOperation.Divide, AluOperation.Modulo, AluOperation.Or,
        AluOperation.And, AluOperation.Xor, AluOperation.ShiftLeft, AluOperation.ShiftRight, AluOperation.ArithmeticShiftRight, AluOperation.Move,
    ];

    private static readonly JumpOperation[] Conditions =
    [
        JumpOperation.Equal, JumpOperation.NotEqual, JumpOperation.Greater, JumpOperation.GreaterOrEqual, JumpOperation.Less,
        JumpOperation.LessOrEqual, JumpOperation.SignedGreater, JumpOperation.SignedGreaterOrEqual, JumpOperation.SignedLess,
        JumpOperation.SignedLessOrEqual, JumpOperation.BitsSet,
    ];

    private static readonly AtomicOperation[] Updates =
    [
        AtomicOperation.Add, AtomicOperation.Or, AtomicOperation.And, AtomicOperation.Xor, AtomicOperation.AddFetch, AtomicOperation.OrFetch,
        AtomicOperation.AndFetch, AtomicOperation.XorFetch, AtomicOperation.Exchange, AtomicOperation.CompareExchange,
    ];

    private readonly Random _random;

    public Choices(Random random) => _random = random;

    public int Below(int limit) => _random.Next(limit);

    public int Between(int least, int most) => _random.Next(least, most + 1);

    public bool Rarely(int oneIn) => _random.Next(oneIn) == 0;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    public AluOperation Operation() => Pick<AluOperation>(Operations);

    public JumpOperation Condition() => Pick<JumpOperation>(Conditions);

    public AtomicOperation Update() => Pick<AtomicOperation>(Updates);

    public MemorySize Size() => Pick(MemorySize.Byte, MemorySize.HalfWord, MemorySize.Word, MemorySize.DoubleWord);

    public int Constant() => Pick(
        0, 1, -1, 2, 3, 7, 8, 15, 16, 31, 63, 127, 128, 255, 256, -8, short.MaxValue, int.MaxValue, int.MinValue, int.MaxValue - 1, Between(-100, 100), Between(-100, 100));

    public long WideConstant() => Pick(
        _random.NextInt64(long.MinValue, long.MaxValue), long.MinValue, long.MaxValue, uint.MaxValue, 1L << 32, -(1L << 32), (1L << 32) + Between(-3, 3), 1L << Below(64));
}
