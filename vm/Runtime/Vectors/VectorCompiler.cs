using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>
/// Compiles a straight program to a method that runs over as many records at a time as a vector has lanes. The frame's records must be
/// a multiple of <see cref="VectorMethod.Step"/>.
/// </summary>
internal static class VectorCompiler
{
    /// <summary>Values of a program. What has more doesn't stay in registers, and takes long to compile.</summary>
    private const int MostNodes = 800;

    /// <summary>The same, times the vectors that come together.</summary>
    private const int MostWritten = 2_400;

    /// <summary>Compiles a program for vectors of a width.</summary>
    /// <exception cref="NotStraightException">It is too long for that.</exception>
    public static VectorMethod Compile(StraightProgram straight, VectorTier tier)
    {
        ThrowIfTooLong(straight);
        VectorShape shape = new(tier, LaneChoice.Of(straight));
        int written = straight.Nodes.Length * (VectorMethod.StepOf(straight, shape) / shape.Lanes);
        if (written > MostWritten)
        {
            throw new NotStraightException($"in vectors of {shape.Lanes} lanes {written} values come together; up to {MostWritten} do");
        }

        Accumulator[] accumulators = Accumulator.For(straight);
        DynamicMethod method = new(
            straight.Program.Name, typeof(long), [typeof(CallFrame).MakePointerType()], typeof(VectorCompiler).Module, skipVisibility: true);
        Write(new VectorWriter(method.GetILGenerator(), shape), straight, accumulators);
        CompiledCall call = method.CreateDelegate<CompiledCall>();
        RuntimeHelpers.PrepareDelegate(call);
        return new VectorMethod(straight, shape, [.. accumulators], call);
    }

    /// <exception cref="NotStraightException">A program is too long, or its columns too wide, for any vectors.</exception>
    public static void ThrowIfTooLong(StraightProgram straight)
    {
        if (straight.Nodes.Length > MostNodes)
        {
            throw new NotStraightException($"without branches and loops it has {straight.Nodes.Length} values; vectors are made of up to {MostNodes}");
        }

        if (straight.Nodes.FirstOrDefault(node => node.Operation == IrOperation.Column && SizeOf(straight, node.Part) > sizeof(long)) is { } wide)
        {
            throw new NotStraightException($"it reads {straight.Program.Row.Fields[wide.Part.Index].Name}, which is wider than a lane");
        }
    }

    private static int SizeOf(StraightProgram straight, LoadedPart part) =>
        part.Target == AccessTarget.FieldValidity ? 1 : straight.Program.Row.Fields[part.Index].Type.Size();

    private static void Write(VectorWriter writer, StraightProgram straight, Accumulator[] accumulators)
    {
        MethodWriter numbers = writer.Numbers;
        LocalBuilder first = numbers.NewNumber();
        LocalBuilder record = numbers.NewNumber();
        LocalBuilder end = numbers.NewNumber();
        HoistedAddresses addresses = new(numbers);
        NodeWriter nodes = new(writer, straight, addresses, record);
        UpdateWriter updates = new(writer, nodes, straight, accumulators);
        SelectionWriter? selection = straight.Keeps is { } keeps ? new SelectionWriter(writer, nodes, keeps) : null;
        Label top = numbers.NewLabel();
        Label done = numbers.NewLabel();

        numbers.PushFrameField(CallFrame.FirstOffset);
        numbers.Store(first);
        numbers.PushFrameField(CallFrame.EndOffset);
        numbers.Store(end);
        addresses.WriteEntry();
        selection?.WriteEntry();
        updates.WriteEntry();
        nodes.WriteUniform();
        numbers.Load(first);
        numbers.Load(end);
        numbers.Branch(OpCodes.Bge, done);

        numbers.Mark(top);
        for (int offset = 0; offset < VectorMethod.StepOf(straight, writer.Shape); offset += writer.Shape.Lanes)
        {
            numbers.Load(first);
            numbers.AddConstant(offset);
            numbers.Store(record);
            nodes.WriteVarying();
            updates.WriteUpdates();
            selection?.WriteBits(offset);
        }

        selection?.WriteMask(first);
        numbers.Load(first);
        numbers.AddConstant(VectorMethod.StepOf(straight, writer.Shape));
        numbers.Store(first);
        numbers.Load(first);
        numbers.Load(end);
        numbers.Branch(OpCodes.Blt, top);

        numbers.Mark(done);
        updates.WriteExit();
        numbers.Constant(0);
        numbers.Do(OpCodes.Ret);
    }
}

/// <summary>A program compiled for vectors. Immutable.</summary>
/// <param name="Straight">The program.</param>
/// <param name="Shape">The vectors.</param>
/// <param name="Accumulators">What it leaves in the frame's memory for them.</param>
/// <param name="Call">The machine code.</param>
internal sealed record VectorMethod(StraightProgram Straight, VectorShape Shape, ImmutableArray<Accumulator> Accumulators, CompiledCall Call)
{
    /// <summary>Records of a filter whose bits are stored together.</summary>
    private const int FilterStep = 16;

    /// <summary>Records that come together, in one vector or several.</summary>
    public int Step => StepOf(Straight, Shape);

    public static int StepOf(StraightProgram straight, VectorShape shape) => straight.Keeps is null ? shape.Lanes : FilterStep;
}
