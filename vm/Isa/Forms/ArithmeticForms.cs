namespace NearData.Isa.Forms;

/// <summary>Arithmetic and byte swaps (RFC 9669, 4.1 and 4.2).</summary>
internal static class ArithmeticForms
{
    private const string Arithmetic = "4.1";
    private const string ByteSwap = "4.2";

    private static readonly (AluOperation Operation, string Symbol)[] Binary =
    [
        (AluOperation.Add, "+="),
        (AluOperation.Subtract, "-="),
        (AluOperation.Multiply, "*="),
        (AluOperation.Divide, "/="),
        (AluOperation.Or, "|="),
        (AluOperation.And, "&="),
        (AluOperation.ShiftLeft, "<<="),
        (AluOperation.ShiftRight, ">>="),
        (AluOperation.Modulo, "%="),
        (AluOperation.Xor, "^="),
        (AluOperation.Move, "="),
        (AluOperation.ArithmeticShiftRight, "s>>="),
    ];

    /// <summary>An offset of 1 makes these signed.</summary>
    private static readonly (AluOperation Operation, string Symbol)[] Signed =
    [
        (AluOperation.Divide, "s/="),
        (AluOperation.Modulo, "s%="),
    ];

    public static IEnumerable<InstructionForm> All() =>
    [
        .. OfWidth(InstructionClass.Alu, 'w', "{imm32}", 8, 16),
        .. OfWidth(InstructionClass.Alu64, 'r', "{imm}", 8, 16, 32),
        .. Swaps(),
    ];

    private static IEnumerable<InstructionForm> OfWidth(
        InstructionClass width, char name, string number, params int[] extendedFrom)
    {
        foreach ((AluOperation operation, string symbol) in Binary)
        {
            yield return WithNumber(operation, symbol, offset: 0);
            yield return WithRegister(operation, $"{symbol} ", offset: 0);
        }

        foreach ((AluOperation operation, string symbol) in Signed)
        {
            yield return WithNumber(operation, symbol, offset: 1);
            yield return WithRegister(operation, $"{symbol} ", offset: 1);
        }

        foreach (int bits in extendedFrom)
        {
            yield return WithRegister(AluOperation.Move, $"= (s{bits})", offset: bits);
        }

        // Negation is defined without the source bit only, though it takes no immediate.
        yield return new(
            Opcode.Arithmetic(width, AluOperation.Negate, fromRegister: false), Arithmetic, $"{{{name}d}} = -{{{name}d}}");

        InstructionForm WithNumber(AluOperation operation, string symbol, int offset) => new(
            Opcode.Arithmetic(width, operation, fromRegister: false),
            Arithmetic,
            $"{{{name}d}} {symbol} {number}",
            offset: offset);

        InstructionForm WithRegister(AluOperation operation, string assignment, int offset) => new(
            Opcode.Arithmetic(width, operation, fromRegister: true),
            Arithmetic,
            $"{{{name}d}} {assignment}{{{name}s}}",
            offset: offset);
    }

    private static IEnumerable<InstructionForm> Swaps()
    {
        foreach (int bits in (int[])[16, 32, 64])
        {
            yield return Swap(InstructionClass.Alu, fromRegister: false, $"le{bits}", bits);
            yield return Swap(InstructionClass.Alu, fromRegister: true, $"be{bits}", bits);
            yield return Swap(InstructionClass.Alu64, fromRegister: false, $"bswap{bits}", bits);
        }
    }

    /// <summary>Byte swaps name whole registers in both classes; the source bit of class ALU tells the byte order.</summary>
    private static InstructionForm Swap(InstructionClass width, bool fromRegister, string name, int bits) => new(
        Opcode.Arithmetic(width, AluOperation.End, fromRegister), ByteSwap, $"{{rd}} = {name} {{rd}}", immediate: bits);
}
