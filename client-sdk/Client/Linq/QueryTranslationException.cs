using System.Linq.Expressions;

namespace NearData.Client.Linq;

/// <summary>
/// A query that can't become a program whose answer is exact. Nothing was sent; the caller's expression, or its row type, is what
/// to change.
/// </summary>
public sealed class QueryTranslationException : Exception
{
    internal QueryTranslationException(Expression expression, string reason)
        : this(ExpressionText.Of(expression), reason)
    {
    }

    internal QueryTranslationException(string subject, string reason)
        : base($"`{subject}` can't be translated: {reason}")
    {
        Subject = subject;
        Reason = reason;
    }

    /// <summary>The sub-expression at fault as C# shows it, or the row's property.</summary>
    public string Subject { get; }

    /// <summary>Why, with the values at hand, and what would help.</summary>
    public string Reason { get; }
}
