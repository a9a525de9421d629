using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.Results;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>Makes the two states behind a conditional jump.</summary>
internal sealed class Branching
{
    private readonly ProgramEnvironment _environment;
    private readonly ExtremumPattern _extremum;

    public Branching(ProgramEnvironment environment)
    {
        _environment = environment;
        _extremum = new(environment);
    }

    /// <summary>The states where the jump is taken and where not; null where that can't happen. Takes the state that it is given.</summary>
    /// <param name="slot">The jump's place.</param>
    /// <param name="instruction">The jump.</param>
    /// <param name="state">What is known before it.</param>
    /// <param name="shape">Its function.</param>
    public (MachineState? Taken, MachineState? NotTaken) Split(int slot, Instruction instruction, MachineState state, FunctionShape shape)
    {
        if (instruction.IsMayGoto)
        {
            return (state.Copy(), state);
        }

        Relation relation = RelationOf(instruction.Opcode.JumpOperation);
        Value left = state[instruction.Destination];
        Value right = Operands.Right(instruction, state);
        if (left is Value.Pointer { Region.IsPacket: true } one && right is Value.Pointer { Region.IsPacket: true } other)
        {
            return (PacketCheck.Assume(relation, one, other, state), PacketCheck.Assume(relation.Opposite(), one, other, state));
        }

        if (left is not Value.Number first || right is not Value.Number second)
        {
            MachineState? isNull = NullCheck.WhereNull(left, state);
            MachineState? isAddress = NullCheck.WhereAddress(left, state);
            return relation == Relation.Equal ? (isNull, isAddress) : (isAddress, isNull);
        }

        bool is64 = instruction.Opcode.Class == InstructionClass.Jump;
        (Scalar Left, Scalar Right)? where = Refine(relation, is64, first, second);
        (Scalar Left, Scalar Right)? whereNot = Refine(relation.Opposite(), is64, first, second);
        MachineState? taken = where is { } holds ? Assume(first, second, holds, whereNot is null ? state : state.Copy()) : null;
        MachineState? notTaken = whereNot is { } fails ? Assume(first, second, fails, state) : null;
        if (taken is not null && notTaken is not null && (first.Term.Result ?? second.Term.Result) is { } field)
        {
            Decision decision = Decide(slot, shape.Meetings[slot], field, relation, is64, first, second);
            taken.Decision = decision with { Arm = Arm.Taken };
            notTaken.Decision = decision with { Arm = Arm.NotTaken };
        }

        return (taken, notTaken);
    }

    private Decision Decide(int slot, int close, int field, Relation relation, bool is64, Value.Number left, Value.Number right)
    {
        (Arm Winner, ImmutableArray<Term> Candidates)? pattern = _extremum.Recognize(relation, is64, left, right);
        return new(slot, field, close, Arm.Mixed, pattern?.Winner, pattern?.Candidates ?? []);
    }

    /// <summary>What the operands can be where a relation holds; null where it can't.</summary>
    private static (Scalar Left, Scalar Right)? Refine(Relation relation, bool is64, Value.Number left, Value.Number right) => is64
        ? ScalarRefinement.Assume64(relation, left.Range, right.Range)
        : ScalarRefinement.Assume32(relation, left.Range, right.Range);

    /// <summary>Tells a state what the operands can be, and all copies of them too.</summary>
    /// <returns>The state that is given, changed in place.</returns>
    private MachineState Assume(Value.Number left, Value.Number right, (Scalar Left, Scalar Right) ranges, MachineState state)
    {
        // Of a constant nothing can be learned, nor anything else by it.
        if (left.Term is not Term.Constant || right.Term is not Term.Constant)
        {
            state.Rewrite(value => value is Value.Number number ? Refined(number, left.Term, ranges.Left, right.Term, ranges.Right) : value);
            Learn(left.Term, ranges.Left, state);
            Learn(right.Term, ranges.Right, state);
        }

        return state;
    }

    /// <summary>A text whose length is at least so much has so many bytes.</summary>
    private void Learn(Term term, Scalar range, MachineState state)
    {
        if (_environment.IsTextLength(term))
        {
            state.Packet = state.Packet.Learn(RegionKind.Text, term, (long)ulong.Min(range.Whole.Unsigned.Minimum, TextLayout.MostBytes));
        }
    }

    private static Value.Number Refined(Value.Number number, Term left, Scalar leftRange, Term right, Scalar rightRange)
    {
        if (number.Term is Term.Constant)
        {
            return number;
        }

        if (number.Term == left)
        {
            return number with { Range = leftRange };
        }

        if (number.Term == right)
        {
            return number with { Range = rightRange };
        }

        return LinkedNumbers.Refine(number, left, leftRange) ?? LinkedNumbers.Refine(number, right, rightRange) ?? number;
    }

    private static Relation RelationOf(JumpOperation operation) => operation switch
    {
        JumpOperation.Equal => Relation.Equal,
        JumpOperation.NotEqual => Relation.NotEqual,
        JumpOperation.Greater => Relation.Greater,
        JumpOperation.GreaterOrEqual => Relation.GreaterOrEqual,
        JumpOperation.Less => Relation.Less,
        JumpOperation.LessOrEqual => Relation.LessOrEqual,
        JumpOperation.SignedGreater => Relation.SignedGreater,
        JumpOperation.SignedGreaterOrEqual => Relation.SignedGreaterOrEqual,
        JumpOperation.SignedLess => Relation.SignedLess,
        JumpOperation.SignedLessOrEqual => Relation.SignedLessOrEqual,
        _ => Relation.BitsSet,
    };
}
