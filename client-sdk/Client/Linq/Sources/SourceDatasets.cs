using System.Linq.Expressions;

namespace NearData.Client.Linq.Sources;

/// <summary>Finds the datasets that a query needs the descriptions of.</summary>
internal sealed class SourceDatasets : ExpressionVisitor
{
    private readonly HashSet<DatasetSession> _found = [];

    private SourceDatasets()
    {
    }

    /// <param name="source">Where the records come from.</param>
    /// <param name="lambdas">What is asked of them.</param>
    public static IReadOnlyCollection<DatasetSession> Of(RowSource source, IEnumerable<LambdaExpression> lambdas)
    {
        SourceDatasets datasets = new();
        datasets.Add(source);
        foreach (LambdaExpression lambda in lambdas)
        {
            datasets.Visit(lambda);
        }

        return datasets._found;
    }

    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (SemiJoin.Of(node) is { } question)
        {
            Add(question.Rows);
        }

        return base.VisitMethodCall(node);
    }

    private void Add(RowSource source)
    {
        foreach (LambdaExpression predicate in source.Predicates)
        {
            Visit(predicate);
        }

        switch (source)
        {
            case DatasetSource dataset:
                _found.Add(dataset.Dataset);
                break;
            case SelectSource select:
                Add(select.Rows);
                Visit(select.Selector);
                break;
            case GroupSource groups:
                Add(groups.Rows);
                foreach (LambdaExpression lambda in groups.Request.Lambdas)
                {
                    Visit(lambda);
                }

                break;
            case JoinSource join:
                Add(join.Outer);
                Add(join.Inner);
                Visit(join.OuterKey);
                Visit(join.InnerKey);
                Visit(join.Result);
                break;
        }
    }
}
