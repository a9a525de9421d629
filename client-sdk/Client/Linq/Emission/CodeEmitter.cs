using System.Collections.Immutable;
using System.Numerics;
using NearData.Client.Linq.Ir;
using NearData.Isa;
using NearData.Isa.Objects;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Emission;

/// <summary>Writes the code of scalars and conditions. Leaves are loaded once on each way through the program.</summary>
/// <param name="layout">Where fields and parameters lie.</param>
/// <param name="lookups">What of the stack's end is taken.</param>
/// <param name="groups">Of the groups whose totals are in r1's place, where that isn't the row; null otherwise.</param>
internal sealed class CodeEmitter(DataLayout layout, LookupTable lookups, GroupColumns? groups = null)
{
    /// <summary>Bytes of a program's stack.</summary>
    private const int StackBytes = 512;

    private readonly CodeWriter _code = new();
    private readonly RegisterFile _registers = new();
    private int _spilled = lookups.Words;

    public CodeWriter Code => _code;

    /// <summary>Computes a value; to be given back with <see cref="Release"/>.</summary>
    public Operand Evaluate(Scalar scalar) => scalar switch
    {
        Number number => LoadNumber(number.Value),
        Arithmetic arithmetic => Compute(arithmetic),
        Choice choice => Choose(choice),
        _ => _registers.Find(scalar) ?? LoadLeaf(scalar),
    };

    public void Release(Operand operand) => _registers.Release(operand);

    /// <summary>A register for the caller's own use.</summary>
    public Operand Take() => new(_registers.Take(), IsOwned: true);

    /// <summary>After a call: no register holds a leaf any more. No value is on its way then.</summary>
    public void ForgetRegisters() => _registers.Cached = ImmutableDictionary<Scalar, Register>.Empty;

    /// <summary>Falls through where the condition holds.</summary>
    public void JumpUnless(Condition condition, Label target)
    {
        switch (condition)
        {
            case Comparison comparison:
                JumpIf(comparison with { Relation = comparison.Relation.Inverse() }, target);
                break;
            case Both both:
                JumpUnless(both.Left, target);
                JumpUnless(both.Right, target);
                break;
            case Either either:
                Label holds = new();
                JumpIf(either.Left, holds);
                JumpUnless(either.Right, target);
                Place(holds);
                break;
            case Constant { Value: false }:
                Goto(target);
                break;
        }
    }

    /// <summary>Falls through where the condition doesn't hold.</summary>
    private void JumpIf(Condition condition, Label target)
    {
        switch (condition)
        {
            case Comparison comparison:
                JumpIf(comparison, target);
                break;
            case Both both:
                Label fails = new();
                JumpUnless(both.Left, fails);
                JumpIf(both.Right, target);
                Place(fails);
                break;
            case Either either:
                JumpIf(either.Left, target);
                JumpIf(either.Right, target);
                break;
            case Constant { Value: true }:
                Goto(target);
                break;
        }
    }

    /// <summary>Brings the row that a join finds to its place on the stack. No value is on its way in registers.</summary>
    /// <param name="step">What is joined.</param>
    /// <param name="none">Where it goes on if there is none.</param>
    /// <param name="several">Where it goes on if there are several.</param>
    public void Enter(JoinStep step, Label none, Label several)
    {
        JumpUnless(step.Before, none);
        StoreKey(step.Lookup);
        lookups.WriteCall(_code, step.Lookup, NextPlace());
        _spilled--;
        ForgetRegisters();
        JumpTo(none, Instruction.Jump64(JumpOperation.Equal, Register.R0, 0, 0));
        for (int member = step.Lookup.Layout.Values.Length - 1; member >= Member.Rows; member--)
        {
            _code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R2, Register.R0, (short)step.Lookup.Layout.Values[member].Offset));
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, lookups.MemberPlace(step.Lookup.Map, member), Register.R2));
        }

        // The last that was loaded is how many rows there are.
        JumpTo(several, Instruction.Jump64(JumpOperation.Greater, Register.R2, 1, 0));
    }

    /// <summary>Zeros in the places of what a join finds, for ways on which it isn't asked.</summary>
    public void Clear(Lookup lookup)
    {
        for (int member = 0; member < lookup.Layout.Values.Length; member++)
        {
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, lookups.MemberPlace(lookup.Map, member), 0));
        }
    }

    public void Goto(Label target)
    {
        JumpTo(target, Instruction.Goto(0));
        _registers.Cached = null;
    }

    public void Exit(int result)
    {
        _code.Add(Instruction.Alu64(AluOperation.Move, Register.R0, result));
        _code.Add(Instruction.Exit);
        _registers.Cached = null;
    }

    public void Place(Label label)
    {
        _code.Place(label);
        _registers.Cached = Label.Intersect(_registers.Cached, label.Cached);
    }

    private void JumpIf(Comparison comparison, Label target)
    {
        JumpOperation operation = Selection.Jump(comparison.Relation, comparison.IsSigned);
        if (Selection.Immediate(comparison.Right, comparison.IsSigned) is { } immediate)
        {
            Operand only = Evaluate(comparison.Left);
            Release(only);
            JumpTo(target, Instruction.Jump64(operation, only.Register, immediate, 0));
            return;
        }

        (Operand left, Operand right) = EvaluatePair(comparison.Left, comparison.Right);
        Release(left);
        Release(right);
        JumpTo(target, Instruction.Jump64(operation, left.Register, right.Register, 0));
    }

    private void JumpTo(Label target, Instruction jump)
    {
        target.AddJump(_code.Position, _registers.Cached!);
        _code.Add(jump);
    }

    private Operand Compute(Arithmetic arithmetic)
    {
        bool signed = arithmetic.Left.IsSigned && arithmetic.Right.IsSigned;
        (AluOperation operation, short form) = Selection.Alu(arithmetic, signed);
        if (Selection.Immediate(arithmetic.Right, signed) is { } immediate)
        {
            Operand changed = Own(Evaluate(arithmetic.Left));
            _code.Add(Instruction.Alu64(operation, changed.Register, immediate, form));
            return changed;
        }

        (Operand left, Operand right) = EvaluatePair(arithmetic.Left, arithmetic.Right);
        if (arithmetic.IsCommutative && right.IsOwned && !left.IsOwned)
        {
            (left, right) = (right, left);
        }

        Operand result = Own(left);
        _code.Add(Instruction.Alu64(operation, result.Register, right.Register, form));
        Release(right);
        return result;
    }

    /// <summary>Two values at the same time; the one that waits goes to the stack where registers run out.</summary>
    private (Operand Left, Operand Right) EvaluatePair(Scalar left, Scalar right)
    {
        if (RegisterNeed.Of(right) > RegisterNeed.Of(left))
        {
            (Operand second, Operand first) = EvaluatePair(right, left);
            return (first, second);
        }

        Operand waiting = Evaluate(left);
        if (_registers.Available >= RegisterNeed.Of(right))
        {
            return (waiting, Evaluate(right));
        }

        short slot = NextPlace();
        _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, slot, waiting.Register));
        Release(waiting);
        Operand other = Evaluate(right);
        Operand reloaded = Take();
        _code.Add(Instruction.Load(MemorySize.DoubleWord, reloaded.Register, Register.R10, slot));
        _spilled--;
        return (reloaded, other);
    }

    private Operand Choose(Choice choice)
    {
        Label otherwise = new();
        Label end = new();
        JumpUnless(choice.Condition, otherwise);
        Operand result = Own(Evaluate(choice.WhenTrue));
        Goto(end);
        Release(result);
        Place(otherwise);

        Operand second = Evaluate(choice.WhenFalse);
        Release(second);
        _registers.Claim(result.Register);
        Move(result.Register, second.Register);
        Place(end);
        return result;
    }

    /// <summary>The same value in a register that may be overwritten.</summary>
    private Operand Own(Operand operand)
    {
        if (operand.IsOwned)
        {
            return operand;
        }

        Release(operand);
        Operand copy = Take();
        Move(copy.Register, operand.Register);
        return copy;
    }

    private void Move(Register destination, Register source)
    {
        if (destination != source)
        {
            _code.Add(Instruction.Alu64(AluOperation.Move, destination, source));
        }
    }

    private Operand LoadNumber(BigInteger value)
    {
        Operand operand = Take();
        long bits = value.Sign < 0 ? (long)value : (long)(ulong)value;
        if (bits is >= int.MinValue and <= int.MaxValue)
        {
            _code.Add(Instruction.Alu64(AluOperation.Move, operand.Register, (int)bits));
        }
        else
        {
            _code.Add(Instruction.LoadNumber(operand.Register, bits));
        }

        return operand;
    }

    private Operand Ask(Found found)
    {
        StoreKey(found.Lookup);
        return Ask(found, rowPlace =>
        {
            lookups.WriteCall(_code, found.Lookup, rowPlace);
            _code.Add(Instruction.Jump64(JumpOperation.Equal, Register.R0, 0, 2));
            _code.Add(Instruction.Alu64(AluOperation.Move, Register.R0, 1));
            _code.Add(Instruction.Goto(1));
            _code.Add(Instruction.Alu64(AluOperation.Move, Register.R0, 0));
        });
    }

    // What is on its way in registers that calls change waits on the stack.
    private Operand Ask(Scalar leaf, Action<short> writeCall)
    {
        IReadOnlyList<Register> saved = _registers.InFlight;
        int spilled = _spilled;
        foreach (Register register in saved)
        {
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, NextPlace(), register));
        }

        writeCall(NextPlace());
        _registers.ForgetChanged(saved);
        Operand operand = _registers.TakeFor(leaf);
        Move(operand.Register, Register.R0);
        for (int index = 0; index < saved.Count; index++)
        {
            _code.Add(Instruction.Load(MemorySize.DoubleWord, saved[index], Register.R10, (short)(-sizeof(long) * (spilled + index + 1))));
        }

        _spilled = spilled;
        return operand;
    }

    private void StoreKey(Lookup lookup)
    {
        for (int part = 0; part < lookup.Key.Count; part++)
        {
            Operand operand = Evaluate(lookup.Key[part]);
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, lookups.KeyPlace(lookup, part), operand.Register));
            Release(operand);
        }
    }

    private short NextPlace()
    {
        _spilled++;
        return _spilled * sizeof(long) <= StackBytes
            ? (short)(-sizeof(long) * _spilled)
            : throw new QueryTranslationException("the query", $"its program keeps more than the {StackBytes} bytes of a stack: keys of groups, and what its joins bring along.");
    }

    private Operand LoadLeaf(Scalar leaf)
    {
        if (leaf is TextTest test)
        {
            return Ask(test, rowPlace => new TextEmitter(_code, layout).Ask(test, rowPlace));
        }

        if (leaf is Found found)
        {
            return Ask(found);
        }

        Operand operand = _registers.TakeFor(leaf);
        Register register = operand.Register;
        switch (leaf)
        {
            case FieldValue field:
                _code.Add(Selection.Load(field.Column.Type, register, Register.R1, layout.Value(field.Column)));
                break;
            case FieldValidity validity:
                _code.Add(Selection.Load(FieldType.UInt8, register, Register.R1, layout.Validity(validity.Column)));
                break;
            case Parameter parameter:
                _code.Add(Instruction.LoadMapValue(register, ObjectBuilder.ParametersMap, layout.Offset(parameter)));
                _code.Add(Selection.Load(parameter.Type, register, register, 0));
                break;
            case MergedTotal total:
                _code.Add(Instruction.Load(MemorySize.DoubleWord, register, Register.R1, (short)groups!.Layout.Values[total.Index].Offset));
                break;
            case Member member:
                _code.Add(Instruction.Load(MemorySize.DoubleWord, register, Register.R10, lookups.MemberPlace(member.Map, member.Index)));
                break;
            default:
                throw new InvalidOperationException($"{leaf} is no leaf.");
        }

        return operand;
    }
}
