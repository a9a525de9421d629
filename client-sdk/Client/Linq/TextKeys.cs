using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using System.Reflection;

namespace NearData.Client.Linq;

/// <summary>Text as a part of groups' keys, which have a fixed size.</summary>
internal static class TextKeys
{
    /// <summary>Characters of a property that doesn't say how long it can be.</summary>
    private const int DefaultLength = 16;

    /// <summary>The most bytes of a character in UTF-8 for each of UTF-16.</summary>
    private const int BytesPerCharacter = 3;

    /// <summary>What a key has room for: a multiple of eight, for as many characters as <see cref="MaxLengthAttribute"/> says.</summary>
    public static int BytesOf(Expression text)
    {
        int length = (text as MemberExpression)?.Member.GetCustomAttribute<MaxLengthAttribute>()?.Length ?? DefaultLength;
        return ((int.Max(length, 1) * BytesPerCharacter) + sizeof(long) - 1) / sizeof(long) * sizeof(long);
    }

    /// <exception cref="InvalidOperationException">A record's text is longer than the key has room for.</exception>
    public static void ThrowIfCut(ExecutionAnswer answer)
    {
        if (answer.Results.FirstOrDefault(result => result.Name == ResultNames.LongTexts) is { Value: var cut } && cut > 0)
        {
            throw new InvalidOperationException(
                $"In {cut} records a text of the key is longer than its place. Say with [MaxLength] on its property how many characters it can have; without, they are {DefaultLength}.");
        }
    }
}
