using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>
/// The prototypes of global functions, by the rules by which the kernel verifies them on their own (<c>btf_prepare_func_args</c>):
/// numbers, what the program was called with, and pointers to types of a known size.
/// </summary>
internal sealed class FunctionPrototypeReader
{
    private const int MostArguments = 5;

    private const string ContextTag = "arg:ctx";
    private const string NonNullTag = "arg:nonnull";

    private readonly BtfTypes _types;
    private readonly HashSet<(int Function, int Argument, string Tag)> _tags;

    // Programs of one object call the same functions.
    private readonly Dictionary<int, FunctionPrototype?> _read = [];

    public FunctionPrototypeReader(BtfTypes types)
    {
        _types = types;
        _tags = [.. Enumerable.Range(0, types.Count)
            .Select(type => types[type])
            .OfType<BtfDeclTag>()
            .Where(tag => tag.Name is ContextTag or NonNullTag)
            .Select(tag => (tag.Target, tag.Component, tag.Name))];
    }

    /// <summary>The function with its prototype, where it is a global one that can be verified on its own.</summary>
    public ProgramFunction Describe(ProgramFunction function)
    {
        if (function.Linkage != FunctionLinkage.Global)
        {
            return function;
        }

        if (!_read.TryGetValue(function.TypeId, out FunctionPrototype? prototype))
        {
            prototype = Read(function.TypeId);
            _read.Add(function.TypeId, prototype);
        }

        return function with { Prototype = prototype };
    }

    private FunctionPrototype? Read(int type)
    {
        if (_types[type] is not BtfFunction function
            || _types[function.Prototype] is not BtfPrototype prototype
            || prototype.Parameters.Length > MostArguments)
        {
            return null;
        }

        BtfType returned = _types.Resolve(prototype.Return).Type;
        FunctionArgument?[] arguments = [.. prototype.Parameters.Select((parameter, index) => Read(type, index, parameter.Type))];
        return (returned is BtfVoid || IsNumber(returned)) && !arguments.Contains(null)
            ? new FunctionPrototype([.. arguments.OfType<FunctionArgument>()], returned is not BtfVoid)
            : null;
    }

    private FunctionArgument? Read(int function, int index, int type)
    {
        BtfType argument = _types.Resolve(type).Type;
        if (argument is not BtfPointer pointer)
        {
            return IsNumber(argument) ? new(FunctionArgumentKind.Number) : null;
        }

        if (_tags.Contains((function, index, ContextTag)))
        {
            return new(FunctionArgumentKind.Context);
        }

        string name = _types.Resolve(pointer.Target).Type is BtfComposite { Kind: BtfCompositeKind.Struct } composite ? composite.Name : "";
        return _types.SizeOf(pointer.Target) is { } size and > 0 and <= BpfObject.MaxMapBytes
            ? new(_tags.Contains((function, index, NonNullTag)) ? FunctionArgumentKind.Memory : FunctionArgumentKind.MemoryOrNull, (int)size, name)
            : null;
    }

    /// <summary>Whether a register holds it whole.</summary>
    private static bool IsNumber(BtfType type) => type is BtfInt { Size: <= sizeof(long) } or BtfEnum;
}
