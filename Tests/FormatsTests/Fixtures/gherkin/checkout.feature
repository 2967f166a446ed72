# language: en
@shop @web
Feature: Checkout
  People pay for what is in
  their cart.

  Background:
    Given a cart with two items

  @smoke
  Scenario: Pay by card
    A plain payment.
    When I pay with
      """
      4111 1111
        1111 1111
      """
    Then I see
      | item | price |
      | book | 10    |
    * nothing else

  Rule: Vouchers

    Background:
      Given a voucher

    Scenario Outline: A <kind> voucher
      When I redeem it
      Then it is <answer>

      Examples: good
        | kind  | answer   |
        | fresh | accepted |

      Examples: bad
        | kind | answer  |
        | old  | refused |
