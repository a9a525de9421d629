namespace NearData.Isa;

/// <summary>Some of the registers.</summary>
/// <param name="Bits">One for each register, r0 lowest.</param>
public readonly record struct RegisterSet(ushort Bits)
{
    public bool Contains(Register register) => (Bits & (1 << register)) != 0;

    public override string ToString() =>
        string.Join(' ', Enumerable.Range(0, Register.Count).Select(number => new Register((byte)number)).Where(Contains));
}
