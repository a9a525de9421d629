using System.Buffers.Binary;
using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.TestSupport.Kernel;

/// <summary>
/// Types of a program's functions. The kernel asks for them where a program takes a function's address, to see that the function is
/// static; it gets each static function's arguments from the calls, and verifies global ones on their own.
/// </summary>
internal sealed class FunctionTypes : IDisposable
{
    private readonly List<BtfType> _types = [];

    private FunctionTypes(IEnumerable<ProgramFunction> functions, string context)
    {
        ProgramFunction[] all = [.. functions];
        int integer = Add(new BtfInt("int", sizeof(int), BtfIntEncoding.Signed, 32));
        int[] ids = [.. all.Select(function => Add(function, context, integer))];
        Btf = KernelBtf.Load(BtfTypes.Write(_types));
        Info = new byte[all.Length * 8];
        for (int function = 0; function < all.Length; function++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(Info.AsSpan(function * 8), all[function].Start);
            BinaryPrimitives.WriteInt32LittleEndian(Info.AsSpan((function * 8) + 4), ids[function]);
        }
    }

    public KernelBtf Btf { get; }

    /// <summary><c>struct bpf_func_info</c> for each function, in order.</summary>
    public byte[] Info { get; }

    /// <summary>The types, or null where the kernel needs none.</summary>
    public static FunctionTypes? Of(Program program)
    {
        bool hasGlobals = program.Functions.Skip(1).Any(function => function.Prototype is not null);
        return hasGlobals ? new FunctionTypes(program.Functions, ((ProgramContext.Fields)program.Context).Layout.Name) : Of(program.Code);
    }

    /// <summary>Types that say no more than which functions there are, or null where the code takes no function's address.</summary>
    public static FunctionTypes? Of(ImmutableArray<Instruction> code) =>
        code.Any(slot => slot.IsWide && slot.WideKind == WideImmediateKind.Function)
            ? new FunctionTypes(Starts(code).Select(start => new ProgramFunction($"function_{start}", start, 1)), "")
            : null;

    /// <summary>Slots where the kernel sees a function begin: the program, and what is called or taken the address of.</summary>
    public static int[] Starts(ImmutableArray<Instruction> code)
    {
        SortedSet<int> starts = [0];
        for (int slot = 0; slot < code.Length; slot += code[slot].IsWide ? 2 : 1)
        {
            bool isCall = code[slot].IsCall && code[slot].Source.Number == (byte)CallKind.Local;
            if (isCall || (code[slot].IsWide && code[slot].WideKind == WideImmediateKind.Function))
            {
                starts.Add(slot + 1 + code[slot].Immediate);
            }
        }

        return [.. starts];
    }

    public void Dispose() => Btf.Dispose();

    /// <summary>A function: as its prototype says, or a static one of which nothing is said.</summary>
    private int Add(ProgramFunction function, string context, int integer)
    {
        if (function.Prototype is not { } prototype || function.Start == 0)
        {
            return Add(new BtfFunction(function.Name, Add(new BtfPrototype(integer, [])), BtfLinkage.Static));
        }

        BtfParameter[] parameters = [.. prototype.Arguments.Select((argument, index) => new BtfParameter($"a{index}", Add(argument, context, integer)))];
        int type = Add(new BtfPrototype(prototype.ReturnsNumber ? integer : 0, [.. parameters]));
        int added = Add(new BtfFunction(function.Name, type, BtfLinkage.Global));
        for (int index = 0; index < parameters.Length; index++)
        {
            if (prototype.Arguments[index].Kind == FunctionArgumentKind.Memory)
            {
                Add(new BtfDeclTag("arg:nonnull", added, index));
            }
        }

        return added;
    }

    private int Add(FunctionArgument argument, string context, int integer)
    {
        bool isContext = argument.Kind == FunctionArgumentKind.Context || argument.TypeName == context;
        return argument.Kind == FunctionArgumentKind.Number ? Add(new BtfInt("long", sizeof(long), BtfIntEncoding.Signed, 64))
            : isContext ? Add(new BtfPointer(Add(new BtfComposite(context, BtfCompositeKind.Struct, 0, []))))
            : Add(new BtfPointer(Add(new BtfArray(Add(new BtfInt("char", 1, BtfIntEncoding.Unsigned, 8)), integer, (uint)argument.Size))));
    }

    private int Add(BtfType type)
    {
        _types.Add(type);
        return _types.Count;
    }
}
