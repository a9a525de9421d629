using System.Linq.Expressions;
using System.Text.RegularExpressions;

namespace NearData.Client.Linq;

/// <summary>Expressions as their author would recognize them.</summary>
internal static partial class ExpressionText
{
    /// <summary>The expression without the compiler's closure objects: <c>l.Price * rate</c>.</summary>
    public static string Of(Expression expression)
    {
        string text = ClosureObject().Replace(expression.ToString(), "");
        return text.StartsWith('(') && text.EndsWith(')') && ClosesAtEnd(text) ? text[1..^1] : text;
    }

    [GeneratedRegex(@"value\([^()]*\)\.", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClosureObject();

    private static bool ClosesAtEnd(string text)
    {
        int depth = 0;
        for (int index = 0; index < text.Length - 1; index++)
        {
            depth += text[index] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                return false;
            }
        }

        return true;
    }
}
