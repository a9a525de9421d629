using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>Compiles a straight program that updates a group: what is merged into it, and whether there is one, for as many records at a time as a vector has lanes.</summary>
internal static class GroupCompiler
{
    /// <summary>Compiles a program for vectors of a width.</summary>
    /// <exception cref="NotStraightException">It is too long for that, or groups in a way that takes one record at a time.</exception>
    public static GroupMethod Compile(StraightProgram straight, VectorTier tier)
    {
        VectorCompiler.ThrowIfTooLong(straight);
        Check(straight);
        GroupMethod shaped = new(straight, new VectorShape(tier, typeof(long)), GroupColumn.For(straight), Call: null!);
        DynamicMethod method = new(
            straight.Program.Name, typeof(long), [typeof(CallFrame).MakePointerType()], typeof(GroupCompiler).Module, skipVisibility: true);
        Write(new VectorWriter(method.GetILGenerator(), shaped.Shape), shaped);
        CompiledCall call = method.CreateDelegate<CompiledCall>();
        RuntimeHelpers.PrepareDelegate(call);
        return shaped with { Call = call };
    }

    private static void Check(StraightProgram straight)
    {
        if (straight.Updates.Select(update => straight.Fields[update.Result]).FirstOrDefault(field => field.IsWideSum || field.Type is FieldType.Float64 or FieldType.Int128) is { } wide)
        {
            throw new NotStraightException($"it updates {wide.Name}, which is no integer of 64 bits or fewer");
        }
    }

    private static void Write(VectorWriter writer, GroupMethod method)
    {
        MethodWriter numbers = writer.Numbers;
        LocalBuilder record = numbers.NewNumber();
        LocalBuilder end = numbers.NewNumber();
        LocalBuilder values = numbers.NewNumber();
        HoistedAddresses addresses = new(numbers);
        NodeWriter nodes = new(writer, method.Straight, addresses, record);
        Dictionary<GroupColumn, LocalBuilder> magnitudes = method.Columns
            .Where(column => column.Magnitude is not null).ToDictionary(column => column, _ => writer.NewVector());
        Label top = numbers.NewLabel();

        numbers.PushFrameField(CallFrame.FirstOffset);
        numbers.Store(record);
        numbers.PushFrameField(CallFrame.EndOffset);
        numbers.Store(end);
        numbers.PushFrameField(CallFrame.AccumulatorsOffset);
        numbers.Store(values);
        addresses.WriteEntry();
        nodes.WriteUniform();
        foreach (LocalBuilder magnitude in magnitudes.Values)
        {
            writer.Constant(0);
            writer.Store(magnitude);
        }

        numbers.Mark(top);
        nodes.WriteVarying();
        foreach (GroupColumn column in method.Columns.Where(column => column.Field is null))
        {
            numbers.Load(values);
            numbers.AddConstant(column.Slot * GroupMethod.MostRecords * sizeof(long));
            numbers.Do(OpCodes.Conv_I);
            nodes.Push(column.Value);
            writer.StoreTo(writer.Shape.Vector);
        }

        foreach ((GroupColumn column, LocalBuilder magnitude) in magnitudes)
        {
            writer.Load(magnitude);
            PushMagnitude(writer, nodes, column);
            writer.Do("BitwiseOr");
            writer.Store(magnitude);
        }

        Advance(numbers, values, writer.Shape.Bytes);
        Advance(numbers, record, writer.Shape.Lanes);
        numbers.Load(record);
        numbers.Load(end);
        numbers.Branch(OpCodes.Blt, top);

        foreach ((GroupColumn column, LocalBuilder magnitude) in magnitudes)
        {
            numbers.PushFrameField(CallFrame.MasksOffset);
            numbers.AddConstant(column.Magnitude!.Value * Accumulator.Stride);
            numbers.Do(OpCodes.Conv_I);
            writer.Load(magnitude);
            writer.StoreTo(writer.Shape.Vector);
        }

        numbers.Constant(0);
        numbers.Do(OpCodes.Ret);
    }

    private static void PushMagnitude(VectorWriter writer, NodeWriter nodes, GroupColumn column)
    {
        nodes.Push(column.Value);
        if (column.Sign == NumberSign.Signed)
        {
            nodes.Push(column.Value);
            writer.Shift("ShiftRightArithmetic", typeof(long), 63);
            writer.Do("Xor");
        }
    }

    private static void Advance(MethodWriter numbers, LocalBuilder local, int distance)
    {
        numbers.Load(local);
        numbers.AddConstant(distance);
        numbers.Store(local);
    }
}
