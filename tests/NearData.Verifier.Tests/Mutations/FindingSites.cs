using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NearData.Verifier.Tests.Mutations;

/// <summary>
/// The places where the checker finds fault: each expression that makes a <c>Finding</c>. Taken from the source itself, so that no check can
/// be left out. Broken, it finds none. (What an instruction requires is in the list: <c>Requirements</c> finds no fault itself.)
/// </summary>
internal static class FindingSites
{
    public static IEnumerable<Mutation> Of(string file, SyntaxTree tree) => tree.GetRoot().DescendantNodes()
        .OfType<BaseObjectCreationExpressionSyntax>()
        .Where(MakesFinding)
        .Select(site => new Mutation(
            $"{file}:{site.GetLocation().GetLineSpan().StartLinePosition.Line + 1} {site.ArgumentList!.Arguments[0]}",
            file,
            site.SpanStart,
            site.Span.Length,
            "(Finding?)null"));

    private static bool MakesFinding(BaseObjectCreationExpressionSyntax creation) =>
        creation.ArgumentList?.Arguments.FirstOrDefault()?.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "RejectionCode" } }
        && creation is ImplicitObjectCreationExpressionSyntax or ObjectCreationExpressionSyntax { Type: IdentifierNameSyntax { Identifier.Text: "Finding" } };
}
