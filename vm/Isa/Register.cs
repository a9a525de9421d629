namespace NearData.Isa;

/// <summary>
/// A register's number, 0 to 10 (RFC 9669, 3.1). By the kernel's BPF ABI: r0 result, r1..r5 arguments, r6..r9 preserved over
/// calls, r10 read-only frame pointer.
/// </summary>
public readonly record struct Register(byte Number)
{
    /// <summary>Registers that a program can name.</summary>
    public const int Count = 11;

    public static readonly Register R0 = new(0);
    public static readonly Register R1 = new(1);
    public static readonly Register R2 = new(2);
    public static readonly Register R3 = new(3);
    public static readonly Register R4 = new(4);
    public static readonly Register R5 = new(5);
    public static readonly Register R6 = new(6);
    public static readonly Register R7 = new(7);
    public static readonly Register R8 = new(8);
    public static readonly Register R9 = new(9);
    public static readonly Register R10 = new(10);

    public static implicit operator int(Register register) => register.Number;

    public override string ToString() => $"r{Number}";
}
