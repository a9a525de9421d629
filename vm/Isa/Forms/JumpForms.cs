namespace NearData.Isa.Forms;

/// <summary>Jumps, calls and exit (RFC 9669, 4.3), and the kernel's <c>may_goto</c>.</summary>
internal static class JumpForms
{
    private const string Jump = "4.3";

    private static readonly (JumpOperation Operation, string Symbol)[] Conditions =
    [
        (JumpOperation.Equal, "=="),
        (JumpOperation.Greater, ">"),
        (JumpOperation.GreaterOrEqual, ">="),
        (JumpOperation.BitsSet, "&"),
        (JumpOperation.NotEqual, "!="),
        (JumpOperation.SignedGreater, "s>"),
        (JumpOperation.SignedGreaterOrEqual, "s>="),
        (JumpOperation.Less, "<"),
        (JumpOperation.LessOrEqual, "<="),
        (JumpOperation.SignedLess, "s<"),
        (JumpOperation.SignedLessOrEqual, "s<="),
    ];

    public static IEnumerable<InstructionForm> All() =>
    [
        .. Conditional(InstructionClass.Jump, 'r', "{imm}"),
        .. Conditional(InstructionClass.Jump32, 'w', "{imm32}"),
        .. Unconditional(),
    ];

    private static IEnumerable<InstructionForm> Conditional(InstructionClass width, char name, string number)
    {
        foreach ((JumpOperation operation, string symbol) in Conditions)
        {
            yield return new(
                Opcode.Jump(width, operation, fromRegister: false), Jump, $"if {{{name}d}} {symbol} {number} goto {{jump}}");
            yield return new(
                Opcode.Jump(width, operation, fromRegister: true), Jump, $"if {{{name}d}} {symbol} {{{name}s}} goto {{jump}}");
        }
    }

    private static IEnumerable<InstructionForm> Unconditional()
    {
        Opcode call = Opcode.Jump(InstructionClass.Jump, JumpOperation.Call, fromRegister: false);
        yield return new(Opcode.Jump(InstructionClass.Jump, JumpOperation.Always, fromRegister: false), Jump, "goto {jump}");
        yield return new(Opcode.Jump(InstructionClass.Jump, JumpOperation.MayGoto, fromRegister: false), "Linux 6.9", "may_goto {jump}");
        yield return new(Opcode.Jump(InstructionClass.Jump32, JumpOperation.Always, fromRegister: false), Jump, "gotol {far}");

        // llvm-objdump prints all three calls alike; the kernel's own dump tells them apart, and so do these.
        yield return new(call, "4.3.1", "call {imm}", source: (int)CallKind.Helper);
        yield return new(call, "4.3.2", "call pc{far}", source: (int)CallKind.Local, alternative: "call {label}");
        yield return new(call, "4.3.1", "call btf#{imm}", source: (int)CallKind.HelperByBtf);
        yield return new(Opcode.Jump(InstructionClass.Jump, JumpOperation.Exit, fromRegister: false), Jump, "exit");
    }
}
