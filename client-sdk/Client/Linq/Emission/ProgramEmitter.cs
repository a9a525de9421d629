using System.Collections.Immutable;
using NearData.Client.Linq.Ir;
using NearData.Isa;
using NearData.Isa.Objects;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Emission;

/// <summary>Writes the whole programs of a query.</summary>
internal static class ProgramEmitter
{
    /// <summary>Returns 1 for the records to keep.</summary>
    public static ImmutableArray<Instruction> Filter(Condition condition, DataLayout layout)
    {
        CodeEmitter emitter = new(layout, new LookupTable(layout, JoinShape.None, reserved: 0));
        WriteKeep(condition, emitter);
        return emitter.Code.ToCode();
    }

    /// <summary>Returns 1 for the groups to keep.</summary>
    public static ImmutableArray<Instruction> Emit(Condition condition, GroupColumns columns, DataLayout layout)
    {
        CodeEmitter emitter = new(layout, new LookupTable(layout, JoinShape.None, reserved: 0), columns);
        // The totals in the row's place; nothing is asked of the key.
        emitter.Code.Add(Instruction.Alu64(AluOperation.Move, Register.R1, Register.R2));
        WriteKeep(condition, emitter);
        return emitter.Code.ToCode();
    }

    private static void WriteKeep(Condition condition, CodeEmitter emitter)
    {
        if (condition is not Constant { Value: false })
        {
            Label reject = new();
            emitter.JumpUnless(condition, reject);
            emitter.Exit(1);
            emitter.Place(reject);
        }

        emitter.Exit(0);
    }

    /// <summary>Updates each result as its merge says, unless the value is null.</summary>
    public static ImmutableArray<Instruction> Reduce(QueryShape shape, ResultTable results, DataLayout layout)
    {
        CodeEmitter emitter = new(layout, new LookupTable(layout, shape.Joins, reserved: 0));
        Aggregate aggregate = shape.Aggregate;
        if (aggregate.Present is Constant { Value: false } || shape.Joins.IsNever)
        {
            emitter.Exit(0);
            return emitter.Code.ToCode();
        }

        JoinEmitter joins = new(emitter, shape.Joins);
        joins.Enter();
        emitter.JumpUnless(aggregate.Present, joins.Done);
        Operand? value = aggregate.Value is { } scalar ? emitter.Evaluate(scalar) : null;
        Operand address = emitter.Take();
        emitter.Code.Add(Instruction.LoadMapValue(address.Register, ObjectBuilder.ResultsMap, 0));
        Operand current = emitter.Take();
        if (results.Value is { } field)
        {
            Update(emitter.Code, field, (short)field.Offset, address.Register, current.Register, value!.Value.Register);
        }

        if (results.Rows is { } rows)
        {
            Increment(emitter.Code, (short)rows.Offset, address.Register, current.Register);
        }

        joins.Finish(results);
        return emitter.Code.ToCode();
    }

    /// <summary>Merges a value into a field at an address.</summary>
    public static void Update(CodeWriter code, ResultField field, short offset, Register address, Register current, Register value)
    {
        code.Add(Instruction.Load(MemorySize.DoubleWord, current, address, offset));
        if (field.Merge == MergeRule.Sum)
        {
            code.Add(Instruction.Alu64(AluOperation.Add, current, value));
            code.Add(Instruction.Store(MemorySize.DoubleWord, address, offset, current));
            return;
        }

        Relation stays = field.Merge == MergeRule.Min ? Relation.LessOrEqual : Relation.GreaterOrEqual;
        code.Add(Instruction.Jump64(Selection.Jump(stays, field.Type.IsSigned()), current, value, 1));
        code.Add(Instruction.Store(MemorySize.DoubleWord, address, offset, value));
    }

    /// <summary>Counts one in a field at an address.</summary>
    public static void Increment(CodeWriter code, short offset, Register address, Register current)
    {
        code.Add(Instruction.Load(MemorySize.DoubleWord, current, address, offset));
        code.Add(Instruction.Alu64(AluOperation.Add, current, 1));
        code.Add(Instruction.Store(MemorySize.DoubleWord, address, offset, current));
    }
}
