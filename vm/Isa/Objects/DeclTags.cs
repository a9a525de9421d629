using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>The <c>btf_decl_tag</c> attributes of the contract, which all begin with <c>nd:</c>; others are left alone.</summary>
internal sealed class DeclTags
{
    public const string Prefix = "nd:";

    /// <summary>On a struct of <c>value</c> and <c>valid</c>: one nullable field.</summary>
    public const string Nullable = Prefix + "nullable";

    private readonly ILookup<(int Target, int Component), string> _tags;
    private readonly HashSet<int> _nullable;

    public DeclTags(BtfTypes types)
    {
        BtfDeclTag[] tags = [.. Enumerable.Range(0, types.Count)
            .Select(type => types[type])
            .OfType<BtfDeclTag>()
            .Where(tag => tag.Name.StartsWith(Prefix, StringComparison.Ordinal))];
        _tags = tags.ToLookup(tag => (tag.Target, tag.Component), tag => tag.Name);
        _nullable = [.. tags.Where(tag => tag is { Name: Nullable, Component: BtfDeclTag.WholeTarget }).Select(tag => tag.Target)];
    }

    /// <summary>The tag that a merge is written as, such as <c>nd:sum</c>.</summary>
    public static string Of(MergeRule merge) => Prefix + merge.ToString().ToLowerInvariant();

    /// <summary>Whether a type is tagged as a nullable field's.</summary>
    public bool IsNullable(int type) => _nullable.Contains(type);

    /// <summary>The contract's tags of a variable or type, or of one of its members.</summary>
    public IEnumerable<string> On(int target, int component = BtfDeclTag.WholeTarget) => _tags[(target, component)];
}
