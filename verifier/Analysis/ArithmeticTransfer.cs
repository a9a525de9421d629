using NearData.Isa;
using NearData.Verifier.Domains;
using NearData.Verifier.Results;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>What arithmetic and moves leave in their destination (RFC 9669, 4.1 and 4.2).</summary>
internal sealed class ArithmeticTransfer
{
    private readonly TermSource _terms;
    private readonly ResultTerms _results;

    public ArithmeticTransfer(ProgramEnvironment environment, TermSource terms)
    {
        _terms = terms;
        _results = new(environment, terms);
    }

    public Value Result(Instruction instruction, MachineState state)
    {
        bool is64 = instruction.Opcode.Class == InstructionClass.Alu64;
        Value left = state[instruction.Destination];
        switch (instruction.Opcode.AluOperation)
        {
            case AluOperation.Move:
                return Moved(Operands.Right(instruction, state), is64, instruction.Offset);
            case AluOperation.End:
                return Swapped((Value.Number)left, instruction);
            case AluOperation.Negate:
                return Computed(AluOperation.Subtract, is64, signed: false, Operands.Number(0), (Value.Number)left);
        }

        return (left, Operands.Right(instruction, state)) switch
        {
            (Value.Pointer pointer, Value.Number number) => MovedPointer(pointer, number, instruction.Opcode.AluOperation),
            (Value.Number number, Value.Pointer pointer) => MovedPointer(pointer, number, instruction.Opcode.AluOperation),
            (Value.Pointer, Value.Pointer) => new Value.Number(Scalar.Unknown, _terms.Fresh(influencedBy: null)),
            (_, Value right) => Computed(
                instruction.Opcode.AluOperation, is64, signed: instruction.Offset == 1, (Value.Number)left, (Value.Number)right),
        };
    }

    private Value Moved(Value value, bool is64, int extendedFrom)
    {
        if (is64 && extendedFrom == 0)
        {
            return value;
        }

        Value.Number number = (Value.Number)value;
        if (extendedFrom != 0)
        {
            number = Extended(number, extendedFrom, isSigned: true);
        }

        return is64 ? number : Extended(number, 32, isSigned: false);
    }

    /// <summary>The low bits, extended; a number that is its own extension stays what it is.</summary>
    private Value.Number Extended(Value.Number number, int bits, bool isSigned)
    {
        Scalar range = isSigned
            ? ScalarArithmetic.SignExtend64(number.Range, bits)
            : ScalarArithmetic.ZeroExtend(number.Range, bits);
        bool isUnchanged = isSigned
            ? number.Range.IsWithin(-(Int128.One << (bits - 1)), (Int128.One << (bits - 1)) - 1)
            : number.Range.Whole.Unsigned.Maximum <= Tnum<ulong>.LowBits(bits);
        return isUnchanged ? number : new(range, Known(range, number.Term.Result) ?? number.Term.Extend(bits, isSigned) ?? _terms.Fresh(number.Term.Result));
    }

    private Value.Number Swapped(Value.Number number, Instruction instruction)
    {
        bool keepsOrder = instruction.Opcode.Class == InstructionClass.Alu && !instruction.Opcode.UsesSourceRegister;
        if (keepsOrder)
        {
            return instruction.Immediate == 64 ? number : Extended(number, instruction.Immediate, isSigned: false);
        }

        Scalar range = ScalarArithmetic.SwapBytes(number.Range, instruction.Immediate);
        return new(range, Known(range, number.Term.Result) ?? _terms.Fresh(number.Term.Result));
    }

    private Value.Pointer MovedPointer(Value.Pointer pointer, Value.Number number, AluOperation operation)
    {
        Scalar offset = PointerOffsets.Moved(pointer, number, operation) ?? Scalar.Unknown;
        Term? moved = number.Range.IsConstant
            ? pointer.Term.Add(operation == AluOperation.Add ? number.Range.Number : 0 - number.Range.Number)
            : null;
        return new(pointer.Region, offset, moved ?? _terms.Fresh(influencedBy: null));
    }

    private Value.Number Computed(AluOperation operation, bool is64, bool signed, Value.Number left, Value.Number right)
    {
        if (Extension(operation, is64, left, right) is { } extended)
        {
            return extended;
        }

        Scalar range = is64
            ? ScalarArithmetic.Compute64(operation, signed, left.Range, right.Range)
            : ScalarArithmetic.Compute32(operation, signed, left.Range, right.Range);
        if (Offset(operation, is64, left, right) is { } sum)
        {
            return new(range, Known(range, influencedBy: null) ?? sum);
        }

        int width = is64 ? 64 : 32;
        return Shifted(operation, width, left.Term, right) is { } shifted
            ? new(range, Known(range, left.Term.Result) ?? shifted)
            : new(range, left.Term.Result is null && right.Term.Result is null
                ? Known(range, influencedBy: null) ?? _terms.Fresh(influencedBy: null)
                : _results.Combine(operation, width, left, right));
    }

    /// <summary>The term of a number that a constant is added to or subtracted from; null for everything else, and where results are told of.</summary>
    private static Term? Offset(AluOperation operation, bool is64, Value.Number left, Value.Number right)
    {
        (Value.Number? Number, ulong Addend) sum = (operation, left, right) switch
        {
            _ when left.Term.Result is not null || right.Term.Result is not null => default,
            (AluOperation.Add, _, { Range.IsConstant: true }) => (left, right.Range.Number),
            (AluOperation.Add, { Range.IsConstant: true }, _) => (right, left.Range.Number),
            (AluOperation.Subtract, _, { Range.IsConstant: true }) => (left, 0 - right.Range.Number),
            _ => default,
        };
        return is64
            ? sum.Number?.Term.Add(sum.Addend)
            : sum.Number?.Term.Low(32).Add((ulong)(int)sum.Addend)?.Extend(32, isSigned: false);
    }

    /// <summary>
    /// The term of a shift by a constant where it is part of an extension: shifting left and back again by the same count. Null
    /// for everything else.
    /// </summary>
    private static Term? Shifted(AluOperation operation, int width, Term term, Value.Number count)
    {
        if (!count.Range.IsConstant || count.Range.Number == 0 || count.Range.Number >= (ulong)width)
        {
            return null;
        }

        int by = (int)count.Range.Number;
        switch (operation)
        {
            case AluOperation.ShiftLeft:
                return term.ShiftLeft(by, width);
            case AluOperation.ShiftRight or AluOperation.ArithmeticShiftRight
                when term is Term.ShiftedLeft shifted && shifted.Width == width && shifted.Count == by:
                bool isSigned = operation == AluOperation.ArithmeticShiftRight;
                Term? extended = shifted.Inner.Extend(width - by, isSigned);
                return width == 32 && isSigned ? extended?.Extend(32, isSigned: false) : extended;
            default:
                return null;
        }
    }

    /// <summary>Masking all but the low 8, 16 or 32 bits is a zero extension, and masking bits that are zero changes nothing.</summary>
    private Value.Number? Extension(AluOperation operation, bool is64, Value.Number left, Value.Number right)
    {
        if (operation != AluOperation.And || !right.Range.IsConstant)
        {
            return null;
        }

        Value.Number operand = is64 ? left : Extended(left, 32, isSigned: false);
        ulong mask = is64 ? right.Range.Number : (uint)right.Range.Number;
        return (operand.Range.Whole.Bits.Maximum & ~mask) == 0 ? operand
            : mask switch
            {
                byte.MaxValue => Extended(operand, 8, isSigned: false),
                ushort.MaxValue => Extended(operand, 16, isSigned: false),
                uint.MaxValue => Extended(operand, 32, isSigned: false),
                _ => null,
            };
    }

    /// <summary>The term of a number that can be only one.</summary>
    private static Term.Constant? Known(Scalar range, int? influencedBy) =>
        influencedBy is null && range.IsConstant ? new(range.Number) : null;
}
