using System.Linq.Expressions;
using System.Reflection;
using NearData.Client.Linq.Ir;
using NearData.Client.Linq.Sources;

namespace NearData.Client.Linq.Binding;

/// <summary>What the parameters of an expression stand for while it is bound.</summary>
internal interface IRowScope
{
    /// <summary>The values of this execution.</summary>
    ParameterList Parameters { get; }

    /// <summary>The rows that a parameter stands for; none where it is no row.</summary>
    RowSet RowsOf(ParameterExpression parameter);

    /// <summary>The value of an expression over one other row alone, which is found; null where only its parts have values.</summary>
    /// <exception cref="QueryTranslationException">It can't be translated.</exception>
    Bound? Bring(int found, Expression expression);

    /// <summary>A column of the scope's own row.</summary>
    /// <exception cref="QueryTranslationException">There is no such column, or not as this type.</exception>
    RowProperty Resolve(PropertyInfo property);

    /// <summary>Where another query has such a record.</summary>
    /// <exception cref="QueryTranslationException">It can't be asked.</exception>
    Condition Asks(MethodCallExpression call, SemiJoin question);
}
