using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;

namespace NearData.Vm.Ir;

/// <summary>Loads, stores and atomic operations: columns and parameters are values, the stack is known by offset, results get updates.</summary>
internal sealed class MemoryFlattener
{
    private readonly VerifiedProgram _verified;
    private readonly IrBuilder _builder;
    private readonly ReadOnlyMemory<byte> _constants;
    private readonly NarrowColumns _narrow;
    private readonly GroupFlattener _groups;

    public MemoryFlattener(
        VerifiedProgram verified, IrBuilder builder, ReadOnlyMemory<byte> constants, NarrowColumns narrow, GroupFlattener groups)
    {
        _narrow = narrow;
        _groups = groups;
        Fields = [.. verified.Program.Results, .. groups.Members];
        _verified = verified;
        _builder = builder;
        _constants = constants;
    }

    /// <summary>What may be updated: the results, and behind them the members of the record's group.</summary>
    public ImmutableArray<ResultField> Fields { get; }

    public List<IrUpdate> Updates { get; } = [];

    private Program Program => _verified.Program;

    public void Access(int slot, Instruction instruction, PathState state)
    {
        MemoryAccess access = _verified.Facts.Instructions[slot].Access;
        int size = instruction.Opcode.Size.Bytes();
        bool isAcquire = instruction.IsAtomic && (AtomicOperation)instruction.Immediate == AtomicOperation.LoadAcquire;
        if (instruction.Opcode.Class == InstructionClass.LoadX || isAcquire)
        {
            NumberSign sign = instruction.Opcode.Mode == MemoryMode.SignExtendingMemory ? NumberSign.Signed : NumberSign.Unsigned;
            state[instruction.Destination] = Load(slot, access, size, sign, state);
            return;
        }

        bool isUpdate = instruction.IsAtomic && (AtomicOperation)instruction.Immediate != AtomicOperation.StoreRelease;
        IrNode value = instruction.Opcode.Class == InstructionClass.Store ? _builder.Constant(instruction.Immediate) : state[instruction.Source];
        if (FindResult(access) is { } result)
        {
            Update(result, isUpdate ? Combined((AtomicOperation)instruction.Immediate, state.Contents[result], value) : value, state);
        }
        else if (access is { Target: AccessTarget.Stack, Offset: { } offset } && !isUpdate)
        {
            state.Store(offset, size, value, _builder);
        }
        else
        {
            throw new NotStraightException($"instruction {slot} {(isUpdate ? "updates" : "writes")} {Describe(access)}");
        }
    }

    private IrNode Load(int slot, MemoryAccess access, int size, NumberSign sign, PathState state)
    {
        switch (access.Target)
        {
            case AccessTarget.FieldValue when access.Offset is { } offset:
                return _builder.Load(new LoadedPart(access.Target, access.Index, offset, size, sign), RangeOf(access.Index, size));
            case AccessTarget.FieldValidity:
                return _builder.Load(new LoadedPart(access.Target, access.Index, 0, size, sign), new NumberRange(0, 1));
            case AccessTarget.Stack when access.Offset is { } offset && FromStack(offset, size, sign, state) is { } value:
                return value;
            case AccessTarget.MapValue or AccessTarget.GroupValue when FindResult(access) is { } result:
                return sign == NumberSign.Signed ? _builder.SignExtend(size * 8, state.Contents[result]) : state.Contents[result];
            case AccessTarget.MapValue when Program.Maps[access.Index].Role == MapRole.ReadOnlyData && access.Offset is { } offset:
                return FromConstants(access.Index, offset, size, sign);
            default:
                throw new NotStraightException($"instruction {slot} reads {Describe(access)}");
        }
    }

    /// <summary>What the bytes of a field that are loaded can be; of a part of a number nothing is known.</summary>
    private NumberRange RangeOf(int field, int size) =>
        Program.Row.Fields[field].Type == FieldType.Bool ? new NumberRange(0, 1)
        : size == sizeof(long) && _narrow.RangeOf(field) is { } narrow ? narrow
        : NumberRange.Any;

    private IrNode? FromStack(int offset, int size, NumberSign sign, PathState state)
    {
        foreach (((int start, int length), IrNode stored) in state.Stack)
        {
            if (start <= offset && offset + size <= start + length)
            {
                if (size == sizeof(long))
                {
                    return stored;
                }

                IrNode low = _builder.Compute(IrOperation.ShiftRight, stored, _builder.Constant(8 * (offset - start)));
                return sign == NumberSign.Signed ? _builder.SignExtend(size * 8, low) : _builder.ZeroExtend(size * 8, low);
            }
        }

        return null;
    }

    private IrNode FromConstants(int map, int offset, int size, NumberSign sign)
    {
        LoadedPart part = new(AccessTarget.MapValue, map, offset, size, sign);
        if (_constants.IsEmpty || map != Program.Maps.IndexOf(Program.Maps.First(other => other.Role == MapRole.ReadOnlyData)))
        {
            return _builder.Load(part, NumberRange.Any);
        }

        long number = 0;
        for (int at = size - 1; at >= 0; at--)
        {
            number = (number << 8) | _constants.Span[offset + at];
        }

        return _builder.Constant(sign == NumberSign.Signed ? NumberMath.SignExtend(size * 8, number) : number);
    }

    /// <summary>A result's field is given a value, as the verifier found its tag to allow.</summary>
    private void Update(int result, IrNode value, PathState state)
    {
        ResultField field = Fields[result];
        int bits = field.Type.Size() * 8;
        IrNode content = state.Contents[result];
        bool isChosen = field.Merge is MergeRule.Min or MergeRule.Max;
        IrNode? merged = isChosen ? value : Operand(field.Merge, bits, value, content);
        if (merged is null || merged.DependsOnResult)
        {
            throw new NotStraightException($"what it stores to {field.Name} isn't its content and one more number");
        }

        if (!(field.Merge is MergeRule.Sum or MergeRule.Or && merged.Is(0)))
        {
            merged = field.Type.IsSigned() ? _builder.SignExtend(bits, merged) : _builder.ZeroExtend(bits, merged);
            Updates.Add(new IrUpdate(result, merged, _builder.Truths.WithoutDecisions(state.Condition)));
        }

        if (!isChosen)
        {
            state.Contents[result] = _builder.ZeroExtend(bits, value);
        }
    }

    /// <summary>What was combined with a field's content to make a value of it; null where that isn't seen.</summary>
    private IrNode? Operand(MergeRule merge, int bits, IrNode value, IrNode content)
    {
        while (value.Operation is IrOperation.ZeroExtend or IrOperation.SignExtend && value.Number >= bits && value != content)
        {
            value = value.First!;
        }

        if (value == content)
        {
            return _builder.Constant(merge == MergeRule.And ? -1 : 0);
        }

        if (!value.DependsOnResult)
        {
            return null;
        }

        if (value.Operation == IrOperation.Select && !value.First!.DependsOnResult)
        {
            return Operand(merge, bits, value.Second!, content) is { } yes && Operand(merge, bits, value.Third!, content) is { } no
                ? _builder.Select(value.First, yes, no)
                : null;
        }

        bool isSubtraction = merge == MergeRule.Sum && value.Operation == IrOperation.Subtract;
        IrOperation operation = isSubtraction ? IrOperation.Subtract : Operator(merge);
        if (value.Operation != operation)
        {
            return null;
        }

        (IrNode inner, IrNode other) = value.First!.DependsOnResult ? (value.First, value.Second!) : (value.Second!, value.First);
        return isSubtraction && inner != value.First ? null
            : Operand(merge, bits, inner, content) is { } before ? _builder.Compute(operation, before, other)
            : null;
    }

    private IrNode Combined(AtomicOperation operation, IrNode content, IrNode value) => _builder.Compute(
        operation switch
        {
            AtomicOperation.Add => IrOperation.Add,
            AtomicOperation.Or => IrOperation.Or,
            AtomicOperation.And => IrOperation.And,
            _ => throw new NotStraightException($"it combines a result with a number by {operation}"),
        },
        content,
        value);

    private static IrOperation Operator(MergeRule merge) => merge switch
    {
        MergeRule.Sum => IrOperation.Add,
        MergeRule.Or => IrOperation.Or,
        _ => IrOperation.And,
    };

    private int? FindResult(MemoryAccess access)
    {
        bool isMember = access.Target == AccessTarget.GroupValue && access.Index == _groups.Group?.Map;
        bool isResult = access.Target == AccessTarget.MapValue && Program.Maps[access.Index].Role == MapRole.Results;
        (int first, int end) = isMember ? (Program.Results.Length, Fields.Length) : (0, isResult ? Program.Results.Length : 0);
        for (int field = first; field < end; field++)
        {
            if (Fields[field].Offset == access.Offset)
            {
                return field;
            }
        }

        return null;
    }

    private string Describe(MemoryAccess access) => access.Target switch
    {
        AccessTarget.MapValue or AccessTarget.GroupValue => $"map {Program.Maps[access.Index].Name}",
        AccessTarget.Stack => "the stack at a place that varies, or that was written in other parts",
        AccessTarget.FieldValue => "a part of a field that varies",
        _ => "memory that only an address tells",
    };
}
