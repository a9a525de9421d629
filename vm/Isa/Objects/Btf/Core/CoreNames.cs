namespace NearData.Isa.Objects.Btf.Core;

/// <summary>
/// Names as CO-RE compares them: what follows three underscores is an author's name for one of several forms of a type
/// (libbpf's "flavors"), and doesn't count.
/// </summary>
internal static class CoreNames
{
    private const string Separator = "___";

    /// <summary>The part that counts: up to the last three underscores that stand alone between other characters.</summary>
    public static ReadOnlySpan<char> Essential(string name)
    {
        for (int i = name.Length - Separator.Length - 2; i >= 0; i--)
        {
            if (name[i] != '_' && name[i + 4] != '_' && name.AsSpan(i + 1, Separator.Length).SequenceEqual(Separator))
            {
                return name.AsSpan(0, i + 1);
            }
        }

        return name;
    }

    public static bool Match(string left, string right) => Essential(left).SequenceEqual(Essential(right));
}
